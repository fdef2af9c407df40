import { type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { instant } from '../../shared/clock';
import { TRANSFER_TABLE as TABLE } from '../../shared/names';
import type { PastTransfers } from '../ports';
import { processorMonth } from './decision-ledger';

/**
 * Pages of up to 1 MB that one count reads: some seventy thousand decisions, and less time than a call of the API
 * may take. What lies beyond is left out, and the count says so.
 */
const MOST_PAGES = 100;

const row = z.object({ [TABLE.tenant]: z.string() });

/** Counts allowed decisions about a processor from the index by processor and month. */
export function pastTransfers(db: DynamoDBDocumentClient, TableName: string, mostPages = MOST_PAGES): PastTransfers {
  return {
    async count(processorId, since, now) {
      const tenants = new Set<string>();
      let decisions = 0;
      let pages = 0;
      // The newest first: what is left out is the oldest.
      for (const month of monthsBetween(since, now).reverse()) {
        let start: Record<string, unknown> | undefined;
        do {
          if (pages++ >= mostPages) return { decisions, tenants: [...tenants].sort(), complete: false };
          const page = await db.send(
            new QueryCommand({
              TableName,
              IndexName: TABLE.processorIndex,
              KeyConditionExpression: '#month = :month AND #listKey >= :since',
              ProjectionExpression: '#tenant',
              ExpressionAttributeNames: {
                '#month': TABLE.processorIndexPartitionKey,
                '#listKey': TABLE.listKey,
                '#tenant': TABLE.tenant,
              },
              ExpressionAttributeValues: { ':month': processorMonth(processorId, month), ':since': instant(since) },
              ExclusiveStartKey: start,
            }),
          );
          if (page.Items === undefined) throw new Error('an answer without items');
          decisions += page.Items.length;
          for (const item of page.Items) tenants.add(row.parse(item)[TABLE.tenant]);
          start = page.LastEvaluatedKey;
        } while (start !== undefined);
      }
      return { decisions, tenants: [...tenants].sort(), complete: true };
    },
  };
}

/** Months in UTC that have a part between two moments, as `2026-12`, oldest first. */
function monthsBetween(since: Date, until: Date): string[] {
  const months: string[] = [];
  const last = instant(until).slice(0, 7);
  let [year = 0, month = 0] = instant(since).split('-').map(Number);
  for (let text = ''; text < last; ) {
    text = `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}`;
    if (text <= last) months.push(text);
    [year, month] = month === 12 ? [year + 1, 1] : [year, month + 1];
  }
  return months;
}
