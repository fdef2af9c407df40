import { type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type * as z from 'zod';

/** The `record` of every item under one partition key, or of those whose sort key has a prefix, parsed. Consistent: the answer decides what happens next. */
export async function queryRecords<S extends z.ZodType>(
  db: DynamoDBDocumentClient,
  tableName: string,
  pk: string,
  schema: S,
  sortKeyPrefix?: string,
): Promise<z.output<S>[]> {
  const records: z.output<S>[] = [];
  let start: Record<string, unknown> | undefined;
  do {
    const page = await db.send(
      new QueryCommand({
        TableName: tableName,
        KeyConditionExpression: sortKeyPrefix === undefined ? 'pk = :pk' : 'pk = :pk AND begins_with(sk, :sk)',
        ExpressionAttributeValues: { ':pk': pk, ...(sortKeyPrefix !== undefined && { ':sk': sortKeyPrefix }) },
        ProjectionExpression: '#record',
        ExpressionAttributeNames: { '#record': 'record' },
        ConsistentRead: true,
        ExclusiveStartKey: start,
      }),
    );
    records.push(...(page.Items ?? []).map((item) => schema.parse(item.record)));
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
  return records;
}
