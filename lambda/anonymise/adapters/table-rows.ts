import { type DynamoDBClient, paginateQuery } from '@aws-sdk/client-dynamodb';
import type { AnonymiseRule } from '../../../policies/schema';
import { attributesOf } from '../../books/adapters/row-attributes';
import { storeCall } from '../../erasure/adapters/aws-errors';
import type { Store } from '../../shared/inventory';
import { partitionKey, SHARED, shardNames } from '../../shared/layout';
import { DATA_TABLE } from '../../shared/names';
import { fieldsReadBy } from '../anonymise';
import type { PersonalRow } from '../census';
import type { PersonalRows } from '../ports';

/** A table's rows of people; what the tenant's people share is nobody's. */
export class TableRows implements PersonalRows {
  private readonly names: readonly string[];

  constructor(
    private readonly store: Store,
    rule: AnonymiseRule,
    private readonly db: DynamoDBClient,
  ) {
    this.names = [DATA_TABLE.partitionKey, DATA_TABLE.sortKey, ...fieldsReadBy(rule)];
  }

  async *read(tenantId: string): AsyncGenerator<PersonalRow[]> {
    for (const shard of shardNames(this.store.shards)) {
      if (shard === SHARED) continue;
      const pages = paginateQuery(
        { client: this.db },
        {
          TableName: this.store.name,
          KeyConditionExpression: '#n0 = :pk',
          ProjectionExpression: this.names.map((_, i) => `#n${i}`).join(', '),
          ExpressionAttributeNames: Object.fromEntries(this.names.map((name, i) => [`#n${i}`, name])),
          ExpressionAttributeValues: { ':pk': { S: partitionKey(tenantId, shard) } },
          // Said aloud, because IAM allows nothing but named attributes.
          Select: 'SPECIFIC_ATTRIBUTES',
          ConsistentRead: true,
        },
      );
      for (;;) {
        const page = await storeCall(this.store.id, () => pages.next());
        if (page.done) break;
        yield (page.value.Items ?? []).map((item) => ({
          subjectId: item[DATA_TABLE.sortKey]?.S?.split('#')[0] ?? SHARED,
          attributes: attributesOf(item),
        }));
      }
    }
  }
}
