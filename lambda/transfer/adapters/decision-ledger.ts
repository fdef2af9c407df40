import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  type DynamoDBDocumentClient,
  PutCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { type Sleep, systemSleep } from '../../shared/clock';
import { TRANSFER_TABLE as TABLE, TRANSFER_PK } from '../../shared/names';
import type { DecisionRecord } from '../model';
import type { DecisionLedger } from '../ports';
import { BoundedMap } from './bounded';

/** Sort key of a decision. */
export const DECISION_SORT_KEY = 'decision';
/** Pairs of tenant and processor that one container remembers to have written: some megabytes. */
const PAIRS = 10_000;
/** Tries of a first decision about a pair, which another container may be writing at the same moment. */
const TRIES = 4;
const MS_PER_DAY = 86_400_000;

type Db = DynamoDBDocumentClient;
type Items = NonNullable<TransactWriteCommandInput['TransactItems']>;

/** How long records stay. */
export interface DecisionLedgerOptions {
  /** Days after the decision. */
  readonly recordDays: number;
  /** @default - waits */
  readonly sleep?: Sleep;
}

/**
 * Decisions in the table of transfers, one request each. The first that allows something for a tenant and processor
 * in this container also writes that the processor belongs to the tenant's recipients, in the same transaction.
 * `RCPT#` items have no end: that a processor is asked once too often to erase does no harm.
 */
export function decisionLedger(db: Db, TableName: string, options: DecisionLedgerOptions): DecisionLedger {
  const { recordDays, sleep = systemSleep } = options;
  const seen = new BoundedMap<true>(PAIRS);
  return {
    async record(decision) {
      const put = { TableName, Item: itemOf(decision, recordDays), ...ONCE, ...listKeyOf(decision) };
      const pair = `${decision.tenantId}/${decision.processorId}`;
      if (decision.outcome === 'deny' || seen.get(pair)) {
        await db.send(new PutCommand(put));
        return;
      }
      await transact(db, [{ Put: put }, recipient(TableName, decision)], sleep);
      seen.set(pair, true);
    },
  };
}

/**
 * Written once. The same decision again, by a client that retries because an answer got lost, is no other one: so
 * it does not end as a denial.
 */
const ONCE = {
  ConditionExpression: 'attribute_not_exists(pk) OR #listKey = :listKey',
  ExpressionAttributeNames: { '#listKey': TABLE.listKey },
};

function listKeyOf(decision: DecisionRecord) {
  return { ExpressionAttributeValues: { ':listKey': decisionListKey(decision) } };
}

/** Sorts decisions by time: `<decidedAt>#<decisionId>`. */
export function decisionListKey({ decidedAt, decisionId }: Pick<DecisionRecord, 'decidedAt' | 'decisionId'>): string {
  return `${decidedAt}#${decisionId}`;
}

/** Month of a decision in UTC, as `msg91#2026-12`. */
export function processorMonth(processorId: string, at: string): string {
  return `${processorId}#${at.slice(0, 7)}`;
}

/** Denials are in no index: nobody got anything, so neither person nor processor has them. */
function itemOf(record: DecisionRecord, recordDays: number): Record<string, unknown> {
  const { decisionId, tenantId, processorId, subjectKey, decidedAt } = record;
  const allowed = record.outcome !== 'deny';
  return {
    [TABLE.partitionKey]: TRANSFER_PK.decision + decisionId,
    [TABLE.sortKey]: DECISION_SORT_KEY,
    record,
    [TABLE.tenant]: tenantId,
    [TABLE.listKey]: decisionListKey(record),
    ...(allowed && { [TABLE.processorIndexPartitionKey]: processorMonth(processorId, decidedAt) }),
    ...(allowed && subjectKey !== null && { [TABLE.subjectIndexPartitionKey]: subjectKey }),
    [TABLE.ttl]: Math.ceil((Date.parse(decidedAt) + recordDays * MS_PER_DAY) / 1000),
  };
}

function recipient(TableName: string, { tenantId, processorId, decidedAt }: DecisionRecord): Items[number] {
  return {
    Update: {
      TableName,
      Key: { [TABLE.partitionKey]: TRANSFER_PK.recipient + tenantId, [TABLE.sortKey]: processorId },
      UpdateExpression: 'SET #firstAt = if_not_exists(#firstAt, :at)',
      ExpressionAttributeNames: { '#firstAt': 'firstAt' },
      ExpressionAttributeValues: { ':at': decidedAt },
    },
  };
}

/** Writes all or nothing; again where others were writing the same pair. */
async function transact(db: Db, TransactItems: Items, sleep: Sleep): Promise<void> {
  for (let n = 1; ; n++) {
    try {
      await db.send(new TransactWriteCommand({ TransactItems }));
      return;
    } catch (error) {
      if (!isConflict(error) || n >= TRIES) throw error;
      await sleep(Math.random() * 20 * 2 ** n);
    }
  }
}

/** Whether a transaction failed only because another one was under way. */
function isConflict(error: unknown): boolean {
  if (!(error instanceof TransactionCanceledException)) return false;
  const codes = (error.CancellationReasons ?? []).map(({ Code }) => Code).filter((code) => code !== 'None');
  return codes.length > 0 && codes.every((code) => code === 'TransactionConflict');
}
