import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, PutCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { isConditionFailure } from '../../erasure/adapters/aws-errors';
import { dueRows } from '../../erasure/adapters/due-index';
import { StaleRecordError } from '../../erasure/errors';
import { instant } from '../../shared/clock';
import { TRANSFER_TABLE as TABLE, TRANSFER_PK } from '../../shared/names';
import { type TransferRecord, transferRecordSchema } from '../model';
import type { DueTransfers, TransferLedger } from '../ports';

type Db = DynamoDBDocumentClient;

const SORT_KEY = 'transfer';
const IDEMPOTENCY_SORT_KEY = 'idempotency';
/** Value of the due index' partition key: transfers that are not over. */
const OPEN = 'transfer';
/** Concurrent first calls with one key can collide inside DynamoDB. */
const CREATE_TRIES = 4;
const DAY_MS = 86_400_000;

const idempotencySchema = z.object({ transferId: z.string(), bodyHash: z.string() });

/** Where transfers are, and how long they stay. */
export interface TransferLedgerOptions {
  readonly table: string;
  /** Table of payloads, of which the end of a transfer takes its row. */
  readonly payloadTable: string;
  /** Days after its beginning for which the record of a transfer stays. */
  readonly recordDays: number;
}

/** Transfers in the table of transfers. */
export function transferLedger(db: Db, { table, payloadTable, recordDays }: TransferLedgerOptions): TransferLedger {
  const item = (record: TransferRecord, dueAt: Date | null) => ({
    ...keyOf(record.transferId),
    record,
    [TABLE.ttl]: seconds(new Date(Date.parse(record.createdAt) + recordDays * DAY_MS)),
    ...(dueAt && { [TABLE.dueIndexPartitionKey]: OPEN, [TABLE.dueIndexSortKey]: instant(dueAt) }),
  });
  const ifUnchanged = (record: TransferRecord, version: number, dueAt: Date | null) => ({
    TableName: table,
    Item: item(record, dueAt),
    ConditionExpression: '#record.#version = :expected',
    ExpressionAttributeNames: { '#record': 'record', '#version': 'version' },
    ExpressionAttributeValues: { ':expected': version },
  });
  const ifNew = (Item: Record<string, unknown>) => ({
    Put: { TableName: table, Item, ConditionExpression: 'attribute_not_exists(pk)' },
  });
  const findByKey: TransferLedger['findByKey'] = async (key) => {
    const Key = { [TABLE.partitionKey]: TRANSFER_PK.idempotency + key, [TABLE.sortKey]: IDEMPOTENCY_SORT_KEY };
    const { Item } = await db.send(new GetCommand({ TableName: table, Key, ConsistentRead: true }));
    return Item === undefined ? undefined : idempotencySchema.parse(Item);
  };

  return {
    findByKey,
    async create(transfer, { key, bodyHash, expiresAt }, dueAt) {
      const keyItem = {
        [TABLE.partitionKey]: TRANSFER_PK.idempotency + key,
        [TABLE.sortKey]: IDEMPOTENCY_SORT_KEY,
        transferId: transfer.transferId,
        bodyHash,
        [TABLE.ttl]: seconds(expiresAt),
      };
      const command = new TransactWriteCommand({ TransactItems: [ifNew(keyItem), ifNew(item(transfer, dueAt))] });
      for (let n = 1; ; n++) {
        try {
          await db.send(command);
          return { outcome: 'created' };
        } catch (error) {
          if (!(error instanceof TransactionCanceledException)) throw error;
          const existing = await findByKey(key);
          // A call of ours that was answered too late to be heard.
          if (existing?.transferId === transfer.transferId) return { outcome: 'created' };
          if (existing !== undefined) return { outcome: 'existing', ...existing };
          if (n >= CREATE_TRIES) throw error;
        }
      }
    },
    async get(transferId) {
      const { Item } = await db.send(
        new GetCommand({ TableName: table, Key: keyOf(transferId), ConsistentRead: true }),
      );
      return Item === undefined ? undefined : transferRecordSchema.parse(Item.record);
    },
    async update(next, expectedVersion, dueAt) {
      try {
        await db.send(new PutCommand(ifUnchanged(next, expectedVersion, dueAt)));
      } catch (error) {
        throw isConditionFailure(error) ? new StaleRecordError(next.transferId) : error;
      }
    },
    async end(next, expectedVersion, row) {
      const Put = ifUnchanged(next, expectedVersion, null);
      const drop = row && { Delete: { TableName: payloadTable, Key: { pk: row.pk, sk: row.sk } } };
      try {
        await db.send(new TransactWriteCommand({ TransactItems: [{ Put }, ...(drop ? [drop] : [])] }));
      } catch (error) {
        throw isStale(error) ? new StaleRecordError(next.transferId) : error;
      }
    },
  };
}

/** Transfers that are due, from the index, which has their keys. */
export function dueTransfers(db: Db, TableName: string): DueTransfers {
  return {
    async due(now, limit) {
      const rows = await dueRows(db, TableName, OPEN, now, limit);
      return rows.map((row) => z.string().parse(row[TABLE.partitionKey]).slice(TRANSFER_PK.transfer.length));
    },
  };
}

function keyOf(transferId: string): Record<string, string> {
  return { [TABLE.partitionKey]: TRANSFER_PK.transfer + transferId, [TABLE.sortKey]: SORT_KEY };
}

function seconds(at: Date): number {
  return Math.ceil(at.getTime() / 1000);
}

function isStale(error: unknown): boolean {
  return (
    error instanceof TransactionCanceledException && error.CancellationReasons?.[0]?.Code === 'ConditionalCheckFailed'
  );
}
