import { type DynamoDBDocumentClient, QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { TERMINAL } from '../../erasure/model';
import { type HoldReader, legalHoldSchema } from '../../holds/hold';
import { PK, CONTROL_TABLE as TABLE } from '../../shared/names';
import {
  type KnownRequest,
  knownRequestSchema,
  knownTerminationSchema,
  type RequestReader,
  type TerminationReader,
} from '../known';

/** Pages of up to 1 MB that one look-up reads of a tenant's requests: some ten thousand requests. */
const MOST_PAGES = 20;

const requestRow = z.object({ record: knownRequestSchema });
const terminationRow = z.object({ record: knownTerminationSchema });
const holdRow = z.object({ record: legalHoldSchema, lifted: z.unknown().optional() });

/** Terminations in the control table. Of several that a tenant had, the latest counts. */
export function controlTerminations(db: DynamoDBDocumentClient, TableName: string): TerminationReader {
  return {
    async current(tenantId) {
      const rows = await partition(db, TableName, PK.termination + tenantId);
      return rows
        .filter((row) => row.record !== undefined)
        .map((row) => terminationRow.parse(row).record)
        .sort((a, b) => (a.terminatedAt < b.terminatedAt ? -1 : 1))
        .at(-1);
    },
  };
}

/** Holds in the control table that stand. An item that cannot be understood is an error, never no hold. */
export function controlHolds(db: DynamoDBDocumentClient, TableName: string): HoldReader {
  return {
    async holdsOf(tenantId) {
      const rows = await partition(db, TableName, PK.hold + tenantId, PK.hold);
      return rows
        .map((row) => holdRow.parse(row))
        .filter(({ lifted }) => lifted === undefined)
        .map(({ record }) => record);
    },
  };
}

/** A tenant's erasures in the control table, newest first, as far as they matter still. */
export function controlErasures(db: DynamoDBDocumentClient, TableName: string): RequestReader {
  return {
    async ofTenant(tenantId) {
      const requests: KnownRequest[] = [];
      let start: Record<string, unknown> | undefined;
      for (let n = 0; n < MOST_PAGES; n++) {
        const page = await db.send(new QueryCommand(requestsOf(TableName, tenantId, start)));
        requests.push(...(page.Items ?? []).map((row) => requestRow.parse(row).record).filter(matters));
        start = page.LastEvaluatedKey;
        if (start === undefined) return { requests, complete: true };
      }
      return { requests, complete: false };
    },
  };
}

function matters({ status, sealed }: KnownRequest): boolean {
  return !TERMINAL.includes(status) || sealed.some(({ state }) => state !== 'erased');
}

function requestsOf(
  TableName: string,
  tenantId: string,
  ExclusiveStartKey: Record<string, unknown> | undefined,
): QueryCommandInput {
  return {
    TableName,
    IndexName: TABLE.tenantIndex,
    KeyConditionExpression: '#tenant = :tenant',
    ProjectionExpression: '#record',
    ExpressionAttributeNames: { '#tenant': TABLE.tenantIndexPartitionKey, '#record': 'record' },
    ExpressionAttributeValues: { ':tenant': tenantId },
    ScanIndexForward: false,
    ExclusiveStartKey,
  };
}

/** All items under one partition key, or those whose sort key begins so. Consistent. */
async function partition(
  db: DynamoDBDocumentClient,
  TableName: string,
  pk: string,
  sortKeyPrefix?: string,
): Promise<Record<string, unknown>[]> {
  const rows: Record<string, unknown>[] = [];
  let start: Record<string, unknown> | undefined;
  do {
    const page = await db.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: `pk = :pk${sortKeyPrefix === undefined ? '' : ' AND begins_with(sk, :sk)'}`,
        ExpressionAttributeValues: { ':pk': pk, ...(sortKeyPrefix !== undefined && { ':sk': sortKeyPrefix }) },
        ConsistentRead: true,
        ExclusiveStartKey: start,
      }),
    );
    if (page.Items === undefined) throw new Error('an answer without items');
    rows.push(...page.Items);
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
  return rows;
}
