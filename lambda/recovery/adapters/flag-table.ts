import { DeleteItemCommand, type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { isConditionFailure, storeCall } from '../../erasure/adapters/aws-errors';
import type { Store } from '../../shared/inventory';
import { partitionKey, SHARED } from '../../shared/layout';
import { ACCESS_FLAG, DATA_TABLE } from '../../shared/names';
import { ForeignFlagError } from '../errors';
import type { Flag } from '../model';
import type { FlagTable } from '../ports';

/** Table key of a tenant's flag, in DynamoDB's own form. */
export function flagKey(tenantId: string) {
  return {
    [DATA_TABLE.partitionKey]: { S: partitionKey(tenantId, SHARED) },
    [DATA_TABLE.sortKey]: { S: ACCESS_FLAG.sortKey },
  };
}

/** A table of personal data in which the flag alone is written and deleted, and nothing is read. */
export class DynamoDbFlagTable implements FlagTable {
  constructor(
    readonly store: Store,
    private readonly db: DynamoDBClient,
  ) {}

  async set(tenantId: string, { state, since, terminationId }: Flag): Promise<void> {
    const put = new PutItemCommand({
      TableName: this.store.name,
      Item: { ...flagKey(tenantId), state: { S: state }, since: { S: since }, terminationId: { S: terminationId } },
      ConditionExpression: 'attribute_not_exists(#pk) OR terminationId = :own',
      ExpressionAttributeNames: { '#pk': DATA_TABLE.partitionKey },
      ExpressionAttributeValues: { ':own': { S: terminationId } },
    });
    const isSet = await this.didApply(() => this.db.send(put));
    if (!isSet) throw new ForeignFlagError(this.store.id);
  }

  async clear(tenantId: string, terminationId: string): Promise<void> {
    const remove = new DeleteItemCommand({
      TableName: this.store.name,
      Key: flagKey(tenantId),
      ConditionExpression: 'terminationId = :own',
      ExpressionAttributeValues: { ':own': { S: terminationId } },
    });
    await this.didApply(() => this.db.send(remove));
  }

  /** False when the condition was not met. */
  private async didApply(write: () => Promise<unknown>): Promise<boolean> {
    try {
      await storeCall(this.store.id, write);
      return true;
    } catch (error) {
      if (isConditionFailure(error)) return false;
      throw error;
    }
  }
}
