import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
} from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { instant } from '../../shared/clock';
import { PK, CONTROL_TABLE as TABLE } from '../../shared/names';
import { StaleRecordError } from '../errors';
import { type RequestRecord, requestSchema, type Status } from '../model';
import type { RequestLedger, RequestPage } from '../ports';
import { isConditionFailure } from './aws-errors';
import { dueRows } from './due-index';

const META = 'META';
const OPEN = 'open';
/** Rows read in one query of a list; with a status filter few of them may match. */
const PAGE = 100;
/** Queries in one list call, so that a rare status cannot make it run on; the cursor goes on from there. */
const MOST_PAGES = 10;
/** Concurrent first calls with one key can collide inside DynamoDB. */
const CREATE_TRIES = 4;

const idempotencySchema = z.object({ requestId: z.string(), bodyHash: z.string() });

/** Requests in the control table. */
export function controlRequests(db: DynamoDBDocumentClient, tableName: string): RequestLedger {
  const item = (record: RequestRecord, dueAt: Date | null) => ({
    pk: PK.request + record.requestId,
    sk: META,
    [TABLE.tenantIndexPartitionKey]: record.tenantId,
    [TABLE.tenantIndexSortKey]: listKey(record),
    ...(dueAt && { [TABLE.dueIndexPartitionKey]: OPEN, [TABLE.dueIndexSortKey]: instant(dueAt) }),
    record,
  });

  const findByKey: RequestLedger['findByKey'] = async (key) => {
    const { Item } = await db.send(
      new GetCommand({ TableName: tableName, Key: { pk: PK.idempotency + key, sk: 'IDEM' }, ConsistentRead: true }),
    );
    return Item === undefined ? undefined : idempotencySchema.parse(Item);
  };

  const create: RequestLedger['create'] = async (request, { key, bodyHash, expiresAt }, dueAt) => {
    const { requestId } = request;
    const keyItem = {
      pk: PK.idempotency + key,
      sk: 'IDEM',
      requestId,
      bodyHash,
      [TABLE.ttl]: Math.ceil(expiresAt.getTime() / 1000),
    };
    const put = (Item: Record<string, unknown>) => ({
      Put: { TableName: tableName, Item, ConditionExpression: 'attribute_not_exists(pk)' },
    });
    for (let n = 1; ; n++) {
      try {
        await db.send(new TransactWriteCommand({ TransactItems: [put(keyItem), put(item(request, dueAt))] }));
        return { outcome: 'created' };
      } catch (error) {
        if (!(error instanceof TransactionCanceledException)) throw error;
        const existing = await findByKey(key);
        if (existing !== undefined) return { outcome: 'existing', ...existing };
        if (n >= CREATE_TRIES) throw error;
      }
    }
  };

  return {
    create,
    findByKey,
    async get(requestId) {
      const { Item } = await db.send(
        new GetCommand({ TableName: tableName, Key: { pk: PK.request + requestId, sk: META }, ConsistentRead: true }),
      );
      return Item === undefined ? undefined : requestSchema.parse(Item.record);
    },
    async update(next, expectedVersion, dueAt) {
      try {
        await db.send(
          new PutCommand({
            TableName: tableName,
            Item: item(next, dueAt),
            ConditionExpression: '#record.#version = :expected',
            ExpressionAttributeNames: { '#record': 'record', '#version': 'version' },
            ExpressionAttributeValues: { ':expected': expectedVersion },
          }),
        );
      } catch (error) {
        throw isConditionFailure(error) ? new StaleRecordError(next.requestId) : error;
      }
    },
    async list(tenantId, status, limit, cursor) {
      const items: RequestRecord[] = [];
      let after = cursor;
      for (let n = 0; n < MOST_PAGES; n++) {
        const page = await listPage(tenantId, status, after);
        items.push(...page.records);
        if (items.length > limit || (items.length === limit && page.lastListKey !== undefined))
          return cut(items, limit);
        if (page.lastListKey === undefined) return { items, nextCursor: null };
        after = page.lastListKey;
      }
      return { items, nextCursor: after ?? null };
    },
    async due(now, limit) {
      const rows = await dueRows(db, tableName, OPEN, now, limit);
      return rows.map((row) => z.string().parse(row.pk).slice(PK.request.length));
    },
  };

  async function listPage(tenantId: string, status: Status | undefined, after: string | undefined) {
    const page = await db.send(
      new QueryCommand({
        TableName: tableName,
        IndexName: TABLE.tenantIndex,
        KeyConditionExpression: '#tenant = :tenant',
        ...(status && { FilterExpression: '#record.#status = :status' }),
        ExpressionAttributeNames: {
          '#tenant': TABLE.tenantIndexPartitionKey,
          ...(status && { '#record': 'record', '#status': 'status' }),
        },
        ExpressionAttributeValues: { ':tenant': tenantId, ...(status && { ':status': status }) },
        ScanIndexForward: false,
        Limit: PAGE,
        ExclusiveStartKey: after === undefined ? undefined : startKey(tenantId, after),
      }),
    );
    return {
      records: (page.Items ?? []).map((row) => requestSchema.parse(row.record)),
      lastListKey: page.LastEvaluatedKey && z.string().parse(page.LastEvaluatedKey[TABLE.tenantIndexSortKey]),
    };
  }
}

/** Sorts a tenant's requests by time; also the list's cursor. */
function listKey(record: RequestRecord): string {
  return `${record.createdAt}#${record.requestId}`;
}

function startKey(tenantId: string, after: string): Record<string, string> {
  return {
    pk: PK.request + after.slice(after.indexOf('#') + 1),
    sk: META,
    [TABLE.tenantIndexPartitionKey]: tenantId,
    [TABLE.tenantIndexSortKey]: after,
  };
}

function cut(items: RequestRecord[], limit: number): RequestPage {
  const shown = items.slice(0, limit);
  const last = shown.at(-1);
  return { items: shown, nextCursor: last === undefined ? null : listKey(last) };
}
