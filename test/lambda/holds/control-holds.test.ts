import { DynamoDBClient, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, QueryCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { StaleRecordError } from '../../../lambda/erasure/errors';
import { controlHoldReader, controlHolds } from '../../../lambda/holds/adapters/control-holds';
import { holdOn } from './support';

const mock = mockClient(DynamoDBDocumentClient);
const db = DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'ap-south-1' }));
const reader = controlHoldReader(db, 'control');
const holds = controlHolds(db, 'control');
const LIFTED = { at: '2026-11-20T00:00:00.000Z', approver: 'counsel-3', by: 'legal-desk' };

const itemOf = (hold = holdOn(), more = {}) => ({
  pk: `HOLD#${hold.scope.tenantId}`,
  sk: `HOLD#${hold.holdId}`,
  record: hold,
  changedBy: 'legal-desk',
  open: 'hold',
  dueAt: '2027-02-28T18:30:00.000Z',
  ...more,
});
const cancelled = new TransactionCanceledException({ message: '', $metadata: {} });

beforeEach(() => {
  mock.reset();
  mock.on(GetCommand).resolves({});
});

describe('the reader of holds', () => {
  it('reads every page, consistently, and leaves out what was lifted', async () => {
    const second = holdOn({}, { holdId: 'matter-18' });
    mock
      .on(QueryCommand)
      .resolvesOnce({ Items: [itemOf(holdOn(), { lifted: LIFTED })], LastEvaluatedKey: { pk: 'a', sk: 'b' } })
      .resolves({ Items: [itemOf(second)] });
    expect(await reader.holdsOf('acme')).toEqual([second]);
    expect(mock.commandCalls(QueryCommand).every(({ args }) => args[0].input.ConsistentRead)).toBe(true);
  });

  it.each([
    ['an item without a record', { pk: 'HOLD#acme', sk: 'HOLD#matter-17', changedBy: 'legal-desk' }],
    ['a hold with an unknown field', itemOf({ ...holdOn(), until: '2027-01-01' } as never)],
    ['a lifting that is not understood', itemOf(holdOn(), { lifted: true })],
    ['a hold of another tenant', itemOf(holdOn({ tenantId: 'globex' }), { pk: 'HOLD#acme' })],
    ['a hold under another id', itemOf(holdOn(), { sk: 'HOLD#matter-18' })],
  ])('takes %s for an error, not for no hold', async (_what, item) => {
    mock.on(QueryCommand).resolves({ Items: [item] });
    await expect(reader.holdsOf('acme')).rejects.toThrow();
  });

  it('takes an answer without items for an error', async () => {
    mock.on(QueryCommand).resolves({});
    await expect(reader.holdsOf('acme')).rejects.toThrow();
  });
});

describe('the ledger of holds', () => {
  it('places a hold together with the item that finds it, both only where nothing stands', async () => {
    expect(await holds.place(holdOn(), 'legal-desk')).toBe('placed');
    const [call] = mock.commandCalls(TransactWriteCommand);
    const puts = call?.args[0].input.TransactItems?.map(({ Put }) => Put);
    expect(puts?.map((put) => [put?.Item?.pk, put?.Item?.sk, put?.ConditionExpression])).toEqual([
      ['HOLD#id/matter-17', 'TENANT', 'attribute_not_exists(pk)'],
      ['HOLD#acme', 'HOLD#matter-17', 'attribute_not_exists(pk)'],
    ]);
    // 1 March 2027 begins in India at 18:30 UTC of the day before.
    expect(puts?.[1]?.Item).toMatchObject({ open: 'hold', dueAt: '2027-02-28T18:30:00.000Z' });
  });

  it('says when an id is taken', async () => {
    mock.on(TransactWriteCommand).rejects(cancelled);
    expect(await holds.place(holdOn(), 'legal-desk')).toBe('taken');
  });

  it('finds a hold by its id alone', async () => {
    mock.on(GetCommand, { Key: { pk: 'HOLD#id/matter-17', sk: 'TENANT' } }).resolves({ Item: { tenant: 'acme' } });
    mock.on(GetCommand, { Key: { pk: 'HOLD#acme', sk: 'HOLD#matter-17' } }).resolves({ Item: itemOf() });
    expect(await holds.find('matter-17')).toEqual({ hold: holdOn(), changedBy: 'legal-desk' });
    expect(await holds.find('matter-18')).toBeUndefined();
  });

  it('does not take a hold for unknown that it can only half find', async () => {
    mock.on(GetCommand, { Key: { pk: 'HOLD#id/matter-17', sk: 'TENANT' } }).resolves({ Item: { tenant: 'acme' } });
    await expect(holds.find('matter-17')).rejects.toThrow(/not where it should be/);
  });

  it('keeps the wording before a change, and changes only what still stands as it was read', async () => {
    const before = { hold: holdOn(), changedBy: 'legal-desk' };
    await holds.change(before, holdOn({}, { version: 2, matter: 'CS-2026-115' }), 'legal-desk-2');
    const [change, past] = mock.commandCalls(TransactWriteCommand)[0]?.args[0].input.TransactItems ?? [];
    expect(change?.Update?.ConditionExpression).toBe('#record.#version = :version AND attribute_not_exists(#lifted)');
    expect(past?.Put?.Item).toEqual({
      pk: 'HOLD#acme',
      sk: 'PAST#matter-17#000001',
      record: holdOn(),
      changedBy: 'legal-desk',
    });
    mock.on(TransactWriteCommand).rejects(cancelled);
    await expect(holds.change(before, holdOn({}, { version: 2 }), 'x')).rejects.toBeInstanceOf(StaleRecordError);
    await expect(holds.lift(holdOn(), LIFTED)).rejects.toBeInstanceOf(StaleRecordError);
  });

  it('lists page by page, by id', async () => {
    mock.on(QueryCommand).resolves({ Items: [itemOf()], LastEvaluatedKey: { pk: 'HOLD#acme', sk: 'HOLD#matter-17' } });
    expect(await holds.list('acme', 1, 'matter-16')).toMatchObject({ nextCursor: 'matter-17' });
    expect(mock.commandCalls(QueryCommand)[0]?.args[0].input.ExclusiveStartKey).toEqual({
      pk: 'HOLD#acme',
      sk: 'HOLD#matter-16',
    });
  });
});
