import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { noticeLedger } from '../../../lambda/disclosure/adapters/notice-ledger';
import { StaleRecordError } from '../../../lambda/erasure/errors';
import { NOW, noticeTo, REQUEST_ID } from './support';

const mock = mockClient(DynamoDBDocumentClient);
const ledger = noticeLedger(DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'ap-south-1' })), 'transfers');
const stands = new ConditionalCheckFailedException({ message: '', $metadata: {} });
const sms = noticeTo();
const itemOf = (record: object, sk: string) => ({ pk: `NOTICE#${REQUEST_ID}`, sk, record });

beforeEach(() => mock.reset());

describe('the ledger of notices', () => {
  it('creates what does not exist, leaves the rest, and says which is which', async () => {
    mock.on(PutCommand).resolvesOnce({}).rejects(stands);
    const created = await ledger.create([sms, noticeTo('sandbox-email')], () => NOW);
    expect(created).toEqual(['sandbox-sms']);
    const [first] = mock.commandCalls(PutCommand);
    expect(first?.args[0].input).toMatchObject({
      ConditionExpression: 'attribute_not_exists(pk)',
      Item: { ...itemOf(sms, 'sandbox-sms'), open: 'notice', dueAt: NOW.toISOString() },
    });
  });

  it('keeps an answered notice out of the index of what is due', async () => {
    mock.on(PutCommand).resolves({});
    await ledger.update({ ...sms, version: 2 }, 1, null);
    expect(mock.commandCalls(PutCommand)[0]?.args[0].input.Item).toEqual(itemOf({ ...sms, version: 2 }, 'sandbox-sms'));
  });

  it('does not overwrite what somebody else has written', async () => {
    mock.on(PutCommand).rejects(stands);
    await expect(ledger.update({ ...sms, version: 2 }, 1, null)).rejects.toThrow(StaleRecordError);
    expect(mock.commandCalls(PutCommand)[0]?.args[0].input.ExpressionAttributeValues).toEqual({ ':expected': 1 });
  });

  it('passes on every other failure', async () => {
    mock.on(PutCommand).rejects(new Error('throttled'));
    await expect(ledger.create([sms], () => null)).rejects.toThrow('throttled');
    await expect(ledger.update(sms, 1, null)).rejects.toThrow('throttled');
    await expect(ledger.markAnnounced(REQUEST_ID, NOW)).rejects.toThrow('throttled');
  });

  it('reads all of an erasure, every page of it, consistently, and tells the mark from the notices', async () => {
    const mark = { pk: `NOTICE#${REQUEST_ID}`, sk: '_announced', at: NOW.toISOString() };
    mock
      .on(QueryCommand)
      .resolvesOnce({ Items: [mark], LastEvaluatedKey: { pk: 'a', sk: 'b' } })
      .resolves({ Items: [itemOf(sms, 'sandbox-sms')] });
    expect(await ledger.announcement(REQUEST_ID)).toEqual({ announcedAt: NOW.toISOString(), notices: [sms] });
    expect(mock.commandCalls(QueryCommand).every(({ args }) => args[0].input.ConsistentRead)).toBe(true);
  });

  it('takes a notice that it does not understand for an error, not for none', async () => {
    mock.on(QueryCommand).resolves({ Items: [itemOf({ ...sms, state: 'erased' }, 'sandbox-sms')] });
    mock.on(GetCommand).resolves({ Item: itemOf({ ...sms, subjectId: 'x' }, 'sandbox-sms') });
    await expect(ledger.announcement(REQUEST_ID)).rejects.toThrow();
    await expect(ledger.get(REQUEST_ID, 'sandbox-sms')).rejects.toThrow();
  });

  it('leaves the first mark where it is', async () => {
    mock.on(PutCommand).rejects(stands);
    await expect(ledger.markAnnounced(REQUEST_ID, NOW)).resolves.toBeUndefined();
  });

  it('finds what is due and no more than was asked for', async () => {
    const key = (processorId: string) => ({ pk: `NOTICE#${REQUEST_ID}`, sk: processorId });
    mock
      .on(QueryCommand)
      .resolvesOnce({ Items: [key('a')], LastEvaluatedKey: key('a') })
      .resolves({ Items: [key('b')], LastEvaluatedKey: key('b') });
    expect(await ledger.due(NOW, 2)).toEqual([
      { requestId: REQUEST_ID, processorId: 'a' },
      { requestId: REQUEST_ID, processorId: 'b' },
    ]);
    expect(mock.commandCalls(QueryCommand).map(({ args }) => args[0].input.Limit)).toEqual([2, 1]);
  });
});
