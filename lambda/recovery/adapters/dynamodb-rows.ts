import { type DynamoDBDocumentClient, GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Store } from '../../shared/inventory';
import { partitionKey, SHARED } from '../../shared/layout';
import { ACCESS_FLAG, DATA_TABLE } from '../../shared/names';
import type { RowSource } from '../records-reader';

const { partitionKey: PK, sortKey: SK } = DATA_TABLE;

/** A table of personal data for a reader that may see its rows. */
export function dynamoDbRows(store: Store, db: DynamoDBDocumentClient): RowSource {
  return {
    store,
    async page(partition, sortKeyPrefix, cursor) {
      const { Items = [], LastEvaluatedKey } = await db.send(
        new QueryCommand({
          TableName: store.name,
          // An empty prefix is none: DynamoDB takes no empty string there.
          KeyConditionExpression: sortKeyPrefix === '' ? '#pk = :pk' : '#pk = :pk AND begins_with(#sk, :sk)',
          ExpressionAttributeNames: { '#pk': PK, ...(sortKeyPrefix !== '' && { '#sk': SK }) },
          ExpressionAttributeValues: { ':pk': partition, ...(sortKeyPrefix !== '' && { ':sk': sortKeyPrefix }) },
          ConsistentRead: true,
          ExclusiveStartKey: cursor === undefined ? undefined : { [PK]: partition, [SK]: cursor },
        }),
      );
      const last: unknown = LastEvaluatedKey?.[SK];
      return { rows: Items, next: typeof last === 'string' ? last : undefined };
    },
    async isFlagged(tenantId) {
      const { Item } = await db.send(
        new GetCommand({
          TableName: store.name,
          Key: { [PK]: partitionKey(tenantId, SHARED), [SK]: ACCESS_FLAG.sortKey },
          ConsistentRead: true,
        }),
      );
      return Item !== undefined;
    },
  };
}
