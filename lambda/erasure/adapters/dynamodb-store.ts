import {
  type AttributeValue,
  BatchWriteItemCommand,
  type DynamoDBClient,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import type { Store } from '../../shared/inventory';
import { DATA_TABLE } from '../../shared/names';
import { StoreFaultError } from '../errors';
import type { ErasableStore, Lane, Ref, Refusal } from '../ports';
import { storeCall } from './aws-errors';

const PK = DATA_TABLE.partitionKey;
const SK = DATA_TABLE.sortKey;

/** A table of items under sharded tenant keys. Reads keys only. */
export class DynamoDbStore implements ErasableStore {
  /** Most deletes of one BatchWriteItem call. */
  readonly batchSize = 25;

  constructor(
    readonly store: Store,
    private readonly db: DynamoDBClient,
  ) {}

  async list(lane: Lane, cursor?: string): Promise<{ refs: Ref[]; next?: string }> {
    const { sortKeyPrefix } = lane;
    const page = await storeCall(this.store.id, () =>
      this.db.send(
        new QueryCommand({
          TableName: this.store.name,
          KeyConditionExpression: sortKeyPrefix ? '#pk = :pk AND begins_with(#sk, :sk)' : '#pk = :pk',
          ProjectionExpression: '#pk, #sk',
          ExpressionAttributeNames: { '#pk': PK, '#sk': SK },
          ExpressionAttributeValues: {
            ':pk': { S: lane.prefix },
            ...(sortKeyPrefix && { ':sk': { S: sortKeyPrefix } }),
          },
          ConsistentRead: true,
          ExclusiveStartKey: cursor === undefined ? undefined : keyOf(...parseCursor(cursor)),
        }),
      ),
    );
    const refs = (page.Items ?? []).map((item) => this.refOf(item));
    if (page.LastEvaluatedKey === undefined) return { refs };
    const last = this.refOf(page.LastEvaluatedKey);
    return { refs, next: JSON.stringify([last.key, last.part]) };
  }

  async erase(batch: readonly Ref[]): Promise<Refusal[]> {
    const requests = batch.map((ref) => ({ DeleteRequest: { Key: keyOf(ref.key, ref.part) } }));
    const answer = await storeCall(this.store.id, () =>
      this.db.send(new BatchWriteItemCommand({ RequestItems: { [this.store.name]: requests } })),
    );
    const unprocessed = Object.values(answer.UnprocessedItems ?? {}).flat();
    return unprocessed.map((request) => ({ ref: this.refOf(request.DeleteRequest?.Key), cause: 'busy' }));
  }

  /** Items have no lock. */
  isLocked(): Promise<boolean> {
    return Promise.resolve(false);
  }

  private refOf(key: Record<string, AttributeValue> | undefined): Ref {
    const pk = key?.[PK]?.S;
    const sk = key?.[SK]?.S;
    if (pk === undefined || sk === undefined) throw new StoreFaultError(this.store.id);
    return { kind: 'items', key: pk, part: sk, partition: pk };
  }
}

function keyOf(pk: string, sk: string): Record<string, AttributeValue> {
  return { [PK]: { S: pk }, [SK]: { S: sk } };
}

function parseCursor(cursor: string): [string, string] {
  return JSON.parse(cursor) as [string, string];
}
