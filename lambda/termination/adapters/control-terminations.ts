import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, PutCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { isConditionFailure } from '../../erasure/adapters/aws-errors';
import { dueRows } from '../../erasure/adapters/due-index';
import { PK, CONTROL_TABLE as TABLE } from '../../shared/names';
import { StaleTerminationError } from '../errors';
import { type TerminationRecord, terminationSchema } from '../model';
import type { DueReader, Idempotency, KeyUse, TerminationLedger } from '../ports';

/** The current termination; workers of hiding and revealing keep notes under other sort keys. */
const META = 'META';
const PAST = 'PAST#';
const IDEM = 'IDEM';
/** Partition of the due index; requests have another one. */
const DUE_PARTITION = 'termination';
/** Separates the ids in the due index's sort key: `<dueAt>#<terminationId>`, so that a tick needs no further read. */
const SEPARATOR = '#';

const keyUseSchema = z.object({ terminationId: z.string(), bodyHash: z.string() });
const dueRowSchema = z.object({ pk: z.string(), [TABLE.dueIndexSortKey]: z.string() });

/** Terminations in the control table. */
export function controlTerminations(db: DynamoDBDocumentClient, tableName: string): TerminationLedger {
  const read = async (pk: string, sk: string) =>
    (await db.send(new GetCommand({ TableName: tableName, Key: { pk, sk }, ConsistentRead: true }))).Item;

  const findByKey: TerminationLedger['findByKey'] = async (key) => {
    const item = await read(PK.idempotency + key, IDEM);
    return item === undefined ? undefined : keyUseSchema.parse(item);
  };

  return {
    findByKey,
    async get(tenantId) {
      const item = await read(PK.termination + tenantId, META);
      return item === undefined ? undefined : terminationSchema.parse(item.record);
    },
    async past(tenantId, terminationId) {
      const item = await read(PK.termination + tenantId, PAST + terminationId);
      return item === undefined ? undefined : terminationSchema.parse(item.record);
    },
    async begin(record, idempotency, previous) {
      try {
        await db.send(
          new TransactWriteCommand({ TransactItems: beginItems(tableName, record, idempotency, previous) }),
        );
        return 'begun';
      } catch (error) {
        if (error instanceof TransactionCanceledException) return 'lost';
        throw error;
      }
    },
    async remember(terminationId, idempotency) {
      try {
        await db.send(new PutCommand(firstPut(tableName, keyItem(terminationId, idempotency))));
        return { terminationId, bodyHash: idempotency.bodyHash } satisfies KeyUse;
      } catch (error) {
        const use = isConditionFailure(error) ? await findByKey(idempotency.key) : undefined;
        if (use === undefined) throw error;
        return use;
      }
    },
    async update(next, expectedVersion) {
      try {
        await db.send(
          new PutCommand({
            TableName: tableName,
            Item: currentItem(next),
            ...ifVersion(next.terminationId, expectedVersion),
          }),
        );
      } catch (error) {
        throw isConditionFailure(error) ? new StaleTerminationError(next.terminationId) : error;
      }
    },
  };
}

/** What is due, from the sparse index: a query reads what is due and nothing else. */
export function controlDue(db: DynamoDBDocumentClient, tableName: string): DueReader {
  return {
    async due(by, limit) {
      return (await dueRows(db, tableName, DUE_PARTITION, by, limit)).map(dueRow);
    },
  };
}

function dueRow(item: Record<string, unknown>): { tenantId: string; terminationId: string } {
  const row = dueRowSchema.parse(item);
  const dueKey = String(row[TABLE.dueIndexSortKey]);
  return {
    tenantId: row.pk.slice(PK.termination.length),
    terminationId: dueKey.slice(dueKey.indexOf(SEPARATOR) + 1),
  };
}

function beginItems(
  tableName: string,
  record: TerminationRecord,
  idempotency: Idempotency,
  previous: TerminationRecord | undefined,
) {
  const condition =
    previous === undefined
      ? { ConditionExpression: 'attribute_not_exists(pk)' }
      : ifVersion(previous.terminationId, previous.version);
  const past = previous && {
    pk: PK.termination + previous.tenantId,
    sk: PAST + previous.terminationId,
    record: previous,
  };
  return [
    { Put: firstPut(tableName, keyItem(record.terminationId, idempotency)) },
    { Put: { TableName: tableName, Item: currentItem(record), ...condition } },
    ...(past ? [{ Put: firstPut(tableName, past) }] : []),
  ];
}

function currentItem(record: TerminationRecord) {
  return {
    pk: PK.termination + record.tenantId,
    sk: META,
    ...(record.dueAt !== null && {
      [TABLE.dueIndexPartitionKey]: DUE_PARTITION,
      [TABLE.dueIndexSortKey]: record.dueAt + SEPARATOR + record.terminationId,
    }),
    record,
  };
}

function keyItem(terminationId: string, { key, bodyHash, expiresAt }: Idempotency) {
  return {
    pk: PK.idempotency + key,
    sk: IDEM,
    terminationId,
    bodyHash,
    [TABLE.ttl]: Math.ceil(expiresAt.getTime() / 1000),
  };
}

function firstPut(TableName: string, Item: Record<string, unknown>) {
  return { TableName, Item, ConditionExpression: 'attribute_not_exists(pk)' };
}

function ifVersion(terminationId: string, version: number) {
  return {
    ConditionExpression: '#record.#version = :version AND #record.#id = :id',
    ExpressionAttributeNames: { '#record': 'record', '#version': 'version', '#id': 'terminationId' },
    ExpressionAttributeValues: { ':version': version, ':id': terminationId },
  };
}
