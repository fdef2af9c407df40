import { type DynamoDBDocumentClient, GetCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { type Sleep, systemSleep } from '../../shared/clock';
import type { TableName } from '../locate';
import type { Records } from '../reconcile';

/** Items of a page: small, so that a page is no burst of what the tables are read for otherwise. */
const PAGE = 500;
/** Milliseconds between pages. */
const PAUSE_MS = 20;

/** Both tables as the watchman reads them. */
export function tableRecords(
  db: DynamoDBDocumentClient,
  names: Readonly<Record<TableName, string>>,
  sleep: Sleep = systemSleep,
): Records {
  return {
    async *scan(table) {
      let start: Record<string, unknown> | undefined;
      do {
        const { Items, LastEvaluatedKey } = await db.send(
          new ScanCommand({ TableName: names[table], Limit: PAGE, ExclusiveStartKey: start }),
        );
        yield Items ?? [];
        start = LastEvaluatedKey;
        if (start !== undefined) await sleep(PAUSE_MS);
      } while (start !== undefined);
    },
    async get({ table, pk, sk }) {
      const { Item } = await db.send(
        new GetCommand({ TableName: names[table], Key: { pk, sk }, ConsistentRead: true }),
      );
      return Item;
    },
  };
}
