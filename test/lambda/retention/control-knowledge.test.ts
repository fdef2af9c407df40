import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { controlErasures, controlTerminations } from '../../../lambda/retention/adapters/control-knowledge';
import { gather } from '../../../lambda/retention/known';

const mock = mockClient(DynamoDBDocumentClient);
const db = DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'ap-south-1' }));
const erasures = controlErasures(db, 'control');
const terminations = controlTerminations(db, 'control');

const SEALED = {
  storeId: 'crm-records',
  into: 'vault',
  since: '2027-06-01T10:00:00.000Z',
  freeOn: '2028-06-02',
  until: '2028-06-02',
  years: [],
  freeYears: [],
  law: [{ ruleId: 'one-year-minimum', kind: 'floor', statement: '…', citation: 'rule 8(3)', effect: '…' }],
};

/** A row as the index gives it; fields that a look-up has no use for are left to the request. */
const row = (requestId: string, more: object = {}) => ({
  record: {
    requestId,
    scope: 'tenant',
    status: 'executing',
    reason: 'tenant-request',
    dryRun: false,
    createdAt: '2026-11-21T10:00:00.000Z',
    sealed: [],
    round: 1,
    version: 3,
    ...more,
  },
});

beforeEach(() => mock.reset());

describe('the reader of erasures', () => {
  it('keeps what is under way or left something sealed, from every page', async () => {
    mock
      .on(QueryCommand)
      .resolvesOnce({
        Items: [row('er-open'), row('er-done', { status: 'completed', sealed: [{ ...SEALED, state: 'erased' }] })],
        LastEvaluatedKey: { pk: 'a', sk: 'b' },
      })
      .resolves({ Items: [row('er-failed', { status: 'failed', sealed: [{ ...SEALED, state: 'sealed' }] })] });
    const { requests, complete } = await erasures.ofTenant('acme');
    expect(requests.map(({ requestId }) => requestId)).toEqual(['er-open', 'er-failed']);
    expect(complete).toBe(true);
    expect(Object.keys(requests[0] ?? {})).not.toContain('version');
  });

  it('says when there was more than it reads', async () => {
    mock.on(QueryCommand).resolves({ Items: [row('er-1')], LastEvaluatedKey: { pk: 'a', sk: 'b' } });
    expect((await erasures.ofTenant('acme')).complete).toBe(false);
  });

  it.each([
    ['an answer without items', {}],
    ['a request without a status', { Items: [row('er-1', { status: undefined })] }],
    ['a row that is no request', { Items: [{}] }],
  ])('takes %s for an error, not for nothing', async (_, answer) => {
    mock.on(QueryCommand).resolves(answer);
    await expect(erasures.ofTenant('acme')).rejects.toThrow();
  });
});

describe('the reader of terminations', () => {
  it('reads the current one, consistently, and of it what a look-up needs', async () => {
    const record = {
      terminationId: 'tm-1',
      state: 'CEASED',
      terminatedAt: '2026-11-20T10:00:00.000Z',
      eraseAt: '2027-02-18T00:00:00.000Z',
    };
    mock.on(GetCommand).resolves({ Item: { record: { ...record, hidden: true, clientName: 'crm' } } });
    expect(await terminations.current('acme')).toEqual(record);
    expect(mock.commandCalls(GetCommand)[0]?.args[0].input).toMatchObject({
      Key: { pk: 'TERM#acme', sk: 'META' },
      ConsistentRead: true,
    });
  });

  it('knows none where there is none, and takes one that it does not understand for an error', async () => {
    mock.on(GetCommand).resolves({});
    expect(await terminations.current('acme')).toBeUndefined();
    mock.on(GetCommand).resolves({ Item: { record: { terminationId: 'tm-1', state: 'GONE' } } });
    await expect(terminations.current('acme')).rejects.toThrow();
  });
});

it('nothing is known when one of the readers fails', async () => {
  const ports = {
    terminations: { current: async () => undefined },
    requests: { ofTenant: async () => ({ requests: [], complete: true }) },
    holds: { holdsOf: async () => Promise.reject(new Error('the table does not answer')) },
  };
  await expect(gather('acme', ports)).rejects.toThrow('does not answer');
});
