import { type DynamoDBDocumentClient, GetCommand, QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { TERMINAL } from '../../erasure/model';
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
/** Sort key of a tenant's current termination. */
const CURRENT = 'META';

const requestRow = z.object({ record: knownRequestSchema });
const terminationRow = z.object({ record: knownTerminationSchema });

/** Terminations in the control table: the current one of a tenant has one place. */
export function controlTerminations(db: DynamoDBDocumentClient, TableName: string): TerminationReader {
  return {
    async current(tenantId) {
      const Key = { pk: PK.termination + tenantId, sk: CURRENT };
      const { Item } = await db.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
      return Item === undefined ? undefined : terminationRow.parse(Item).record;
    },
  };
}

/** A tenant's erasures in the control table, newest first, as far as they matter still. What cannot be understood is an error. */
export function controlErasures(db: DynamoDBDocumentClient, TableName: string): RequestReader {
  return {
    async ofTenant(tenantId) {
      const requests: KnownRequest[] = [];
      let start: Record<string, unknown> | undefined;
      for (let n = 0; n < MOST_PAGES; n++) {
        const page = await db.send(new QueryCommand(requestsOf(TableName, tenantId, start)));
        if (page.Items === undefined) throw new Error('an answer without items');
        requests.push(...page.Items.map((row) => requestRow.parse(row).record).filter(matters));
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
