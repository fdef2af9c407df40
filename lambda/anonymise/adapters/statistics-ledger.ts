import { type DynamoDBDocumentClient, GetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { nameOf, storeCall } from '../../erasure/adapters/aws-errors';
import { CONTROL_TABLE, DATA_TABLE, PK } from '../../shared/names';
import { FALL_BACKS } from '../census';
import type { AnonymiseLedger, AnonymiseOutcome, Statistic } from '../ports';

const outcomeItem = z.object({
  outcome: z.strictObject({
    ruleId: z.string(),
    rows: z.int().min(0),
    fellBack: z.partialRecord(z.enum(FALL_BACKS), z.int().min(1)),
  }),
});

/** Reads what was published, for who certifies it. */
export function outcomeReader(db: DynamoDBDocumentClient, TableName: string): Pick<AnonymiseLedger, 'outcomeOf'> {
  return {
    async outcomeOf(requestId, storeId): Promise<AnonymiseOutcome | undefined> {
      const Key = noteKey(requestId, storeId);
      const { Item } = await storeCall(storeId, () =>
        db.send(new GetCommand({ TableName, Key, ConsistentRead: true })),
      );
      return Item === undefined ? undefined : outcomeItem.parse(Item).outcome;
    },
  };
}

function noteKey(requestId: string, storeId: string) {
  return { [CONTROL_TABLE.partitionKey]: PK.anonymised + requestId, [CONTROL_TABLE.sortKey]: storeId };
}

/** The note of what was published, in the control table, and the numbers in a table of their own: one transaction. */
export function statisticsLedger(
  db: DynamoDBDocumentClient,
  tables: { readonly control: string; readonly statistics: string },
): AnonymiseLedger {
  return {
    ...outcomeReader(db, tables.control),
    async publish(requestId, storeId, outcome, statistic) {
      const note = {
        Put: {
          TableName: tables.control,
          Item: { ...noteKey(requestId, storeId), outcome },
          ConditionExpression: 'attribute_not_exists(#pk)',
          ExpressionAttributeNames: { '#pk': CONTROL_TABLE.partitionKey },
        },
      };
      const numbers =
        statistic === undefined ? [] : [{ Put: { TableName: tables.statistics, Item: itemOf(statistic) } }];
      try {
        await storeCall(storeId, () => db.send(new TransactWriteCommand({ TransactItems: [note, ...numbers] })));
        return true;
      } catch (error) {
        // Cancelled by the note's condition, or by somebody who writes it at this very moment: the answer tells.
        if (nameOf(error) === 'TransactionCanceledException') return false;
        throw error;
      }
    },
  };
}

function itemOf({ ruleId, year, id, k, groups }: Statistic): Record<string, unknown> {
  return { [DATA_TABLE.partitionKey]: ruleId, [DATA_TABLE.sortKey]: `${year}#${id}`, k, groups };
}
