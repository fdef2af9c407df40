import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, QueryCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { controlPastErasures } from '../../../lambda/erasure/adapters/past-erasures';
import { noCounts } from '../../../lambda/erasure/counts';
import type { RequestRecord, Step } from '../../../lambda/erasure/model';
import type { PastErasure } from '../../../lambda/erasure/past-erasures';

const db = mockClient(DynamoDBDocumentClient);
const TABLE = 'control';

function request(requestId: string, times: Partial<RequestRecord>): RequestRecord {
  return {
    requestId,
    clientName: 'crm',
    tenantId: 'acme',
    scope: 'subject',
    subjectHash: { algorithm: 'HMAC_SHA_256', keyId: 'key-1', value: 'a'.repeat(64) },
    reason: 'subject-request',
    instruction: { by: 'user-1', role: 'tenant-admin', authentication: 'mfa', at: '2026-11-01T00:00:00Z' },
    dryRun: false,
    requestHash: 'b'.repeat(64),
    status: 'completed',
    reasons: [],
    createdAt: '2026-11-01T00:00:00.000Z',
    updatedAt: '2026-11-01T00:00:00.000Z',
    completeBy: '2026-12-01T00:00:00.000Z',
    round: 1,
    firstRound: 1,
    sealed: [],
    heldBy: [],
    certificates: 1,
    revivals: 0,
    version: 4,
    ...times,
  };
}

function step(requestId: string, storeId: string, part: number): Step {
  const counts = { found: noCounts(), held: noCounts(), refused: noCounts() };
  const updatedAt = '2026-11-01T00:00:00.000Z';
  return { requestId, round: 1, storeId, part, action: 'erase', expected: 0, state: 'done', ...counts, updatedAt };
}

/** A control table that answers a page at a time. */
function givenTable(pages: readonly { pk: string; at: string }[][], requests: readonly RequestRecord[]): void {
  db.reset();
  db.on(GetCommand).resolves({});
  pages.forEach((Items, n) => {
    const start = n === 0 ? undefined : { pk: `page-${n}` };
    db.on(ScanCommand, { TableName: TABLE, ExclusiveStartKey: start }).resolves({
      Items,
      ...(n < pages.length - 1 && { LastEvaluatedKey: { pk: `page-${n + 1}` } }),
    });
  });
  for (const record of requests) {
    const { requestId } = record;
    db.on(GetCommand, { Key: { pk: `REQ#${requestId}`, sk: 'META' } }).resolves({ Item: { record } });
    db.on(QueryCommand, { ExpressionAttributeValues: { ':pk': `STEP#${requestId}` } }).resolves({
      Items: [step(requestId, 'crm-records', 0), step(requestId, 'crm-records', 1), step(requestId, 'accounts', 0)].map(
        (each) => ({ record: each }),
      ),
    });
  }
}

async function since(instant: string): Promise<PastErasure[]> {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'ap-south-1' }));
  const found: PastErasure[] = [];
  for await (const erasure of controlPastErasures(client, TABLE).since(new Date(instant))) found.push(erasure);
  return found;
}

describe('past erasures', () => {
  it('are all that crossed their line, from every page of the table, with the stores they had steps in', async () => {
    givenTable(
      [
        [{ pk: 'LINE#er-1', at: '2026-11-10T00:00:00.000Z' }],
        [],
        [{ pk: 'LINE#er-2', at: '2026-11-12T00:00:00.000Z' }],
      ],
      [request('er-1', {}), request('er-2', { status: 'deferred', subjectId: 'p1' })],
    );
    expect(await since('2026-11-05T00:00:00.000Z')).toEqual([
      expect.objectContaining({ requestId: 'er-1', storeIds: ['crm-records', 'accounts'] }),
      expect.objectContaining({ requestId: 'er-2', subjectId: 'p1' }),
    ]);
  });

  it.each<[string, string, Partial<RequestRecord>, number]>([
    ['crossed just then', '2026-11-10T00:00:00.000Z', {}, 1],
    ['crossed before and ended after', '2026-11-09T00:00:00.000Z', { endedAt: '2026-11-11T00:00:00.000Z' }, 1],
    ['crossed before and was at work after', '2026-11-09T00:00:00.000Z', { updatedAt: '2026-11-10T00:00:00.001Z' }, 1],
    ['failed after', '2026-11-09T00:00:00.000Z', { status: 'failed', endedAt: '2026-11-11T00:00:00.000Z' }, 1],
    ['was over before', '2026-11-09T00:00:00.000Z', { endedAt: '2026-11-09T23:59:59.999Z' }, 0],
  ])('for one that %s', async (_, at, times, count) => {
    givenTable([[{ pk: 'LINE#er-1', at }]], [request('er-1', times)]);
    expect(await since('2026-11-10T05:30:00+05:30')).toHaveLength(count);
  });

  it('are not passed over where a line has lost its request', async () => {
    givenTable([[{ pk: 'LINE#er-1', at: '2026-11-10T00:00:00.000Z' }]], []);
    await expect(since('2026-11-05T00:00:00.000Z')).rejects.toThrow('request er-1 is not known');
  });
});
