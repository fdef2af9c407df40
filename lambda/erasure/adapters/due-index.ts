import { type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { instant } from '../../shared/clock';
import { CONTROL_TABLE as TABLE } from '../../shared/names';

/**
 * Keys of what is due, oldest first, at most `limit`: from the sparse index that the control table and the table of
 * transfers both have, so that a query reads what is due and nothing else.
 *
 * @param open partition of the index: one for each kind of thing
 */
export async function dueRows(
  db: DynamoDBDocumentClient,
  TableName: string,
  open: string,
  now: Date,
  limit: number,
): Promise<Record<string, unknown>[]> {
  const rows: Record<string, unknown>[] = [];
  let start: Record<string, unknown> | undefined;
  do {
    const page = await db.send(
      new QueryCommand({
        TableName,
        IndexName: TABLE.dueIndex,
        KeyConditionExpression: '#open = :open AND #dueAt <= :now',
        ExpressionAttributeNames: { '#open': TABLE.dueIndexPartitionKey, '#dueAt': TABLE.dueIndexSortKey },
        ExpressionAttributeValues: { ':open': open, ':now': instant(now) },
        Limit: limit - rows.length,
        ExclusiveStartKey: start,
      }),
    );
    rows.push(...(page.Items ?? []));
    start = page.LastEvaluatedKey;
  } while (start !== undefined && rows.length < limit);
  return rows;
}
