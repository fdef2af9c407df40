import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GenerateMacCommand, KMSClient } from '@aws-sdk/client-kms';
import { DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import type { Store } from '../../../lambda/shared/inventory';
import { transferTableAccessLog } from '../../../lambda/tokens/adapters/access-log';
import { kmsTokenKeys } from '../../../lambda/tokens/adapters/token-keys';
import { dynamoDbTokenReader, dynamoDbTokenWriter } from '../../../lambda/tokens/adapters/token-vault';
import { RECORDS } from '../holds/support';
import { WORDS } from './support';

const dynamodb = mockClient(DynamoDBDocumentClient);
const kms = mockClient(KMSClient);
const db = DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'ap-south-1' }));
const vault: Store = { ...RECORDS, id: 'virtual-tokens', name: 'tokens', dataClass: 'virtual-tokens' };
const KEY = { pk: 'acme#00', sk: 'p-1#token#name#ab' };

beforeEach(() => {
  dynamodb.reset();
  kms.reset();
});

describe('the vault', () => {
  it('is read by its issuers without what tokens stand for, and as it is now', async () => {
    dynamodb.on(GetCommand).resolves({ Item: { ...KEY, token: 'Person-x' } });
    expect(await dynamoDbTokenWriter(vault, db).tokenAt(KEY)).toBe('Person-x');
    expect(dynamodb.commandCalls(GetCommand)[0]?.args[0].input).toMatchObject({
      TableName: 'tokens',
      Key: KEY,
      ConsistentRead: true,
      ProjectionExpression: '#pk, #sk, #token',
    });
  });

  it('takes a mapping once', async () => {
    const writer = dynamoDbTokenWriter(vault, db);
    dynamodb.on(PutCommand).resolvesOnce({}).rejects(named('ConditionalCheckFailedException'));
    expect(await writer.add(KEY, { token: 'Person-x', value: 'Priya' })).toBe(true);
    expect(await writer.add(KEY, { token: 'Person-y', value: 'Priya' })).toBe(false);
    expect(dynamodb.commandCalls(PutCommand)[0]?.args[0].input).toMatchObject({
      Item: { ...KEY, token: 'Person-x', value: 'Priya' },
      ConditionExpression: 'attribute_not_exists(#pk)',
    });
  });

  it('passes on every other refusal, so that no value goes without its token', async () => {
    dynamodb.on(PutCommand).rejects(named('ProvisionedThroughputExceededException'));
    await expect(dynamoDbTokenWriter(vault, db).add(KEY, { token: 'Person-x', value: 'Priya' })).rejects.toThrow();
  });

  it('finds keys by token in the index, and reads what stands there from the table', async () => {
    const reader = dynamoDbTokenReader(vault, db);
    dynamodb.on(QueryCommand).resolves({ Items: [{ ...KEY, token: 'Person-x' }] });
    dynamodb.on(GetCommand).resolves({ Item: { ...KEY, token: 'Person-x', value: 'Priya' } });
    expect(await reader.find('Person-x')).toEqual([KEY]);
    expect(dynamodb.commandCalls(QueryCommand)[0]?.args[0].input).toMatchObject({ IndexName: 'by-token' });
    expect(await reader.read(KEY)).toEqual({ token: 'Person-x', value: 'Priya' });
    expect(dynamodb.commandCalls(GetCommand)[0]?.args[0].input).toMatchObject({ ConsistentRead: true });
  });

  it('takes anything in the place of the tenant’s flag for the flag', async () => {
    const reader = dynamoDbTokenReader(vault, db);
    dynamodb.on(GetCommand).resolves({});
    expect(await reader.isFlagged('acme')).toBe(false);
    dynamodb.on(GetCommand, { Key: { pk: 'acme#_', sk: '_#access' } }).resolves({ Item: { anything: 1 } });
    expect(await reader.isFlagged('acme')).toBe(true);
  });
});

describe('hash keys of tokens', () => {
  it('are one for each tenant, of a name that no id can have, and asked for once', async () => {
    kms.on(GenerateMacCommand).callsFake(({ Message }) => ({ Mac: Buffer.from(Message).reverse() }));
    const keys = kmsTokenKeys(new KMSClient({ region: 'ap-south-1' }), 'key-1');
    const [first, second] = await Promise.all([keys.mac('acme', 'a text'), keys.mac('acme', 'a text')]);
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    expect(second).toBe(first);
    expect(await keys.mac('bravo', 'a text')).not.toBe(first);
    const asked = kms.commandCalls(GenerateMacCommand).map(({ args: [{ input }] }) => String(input.Message));
    expect(asked).toEqual(['#token-key\nacme', '#token-key\nbravo']);
  });

  it('are asked for again after a failure', async () => {
    kms
      .on(GenerateMacCommand)
      .rejectsOnce(named('KMSInternalException'))
      .resolves({ Mac: Buffer.from('k') });
    const keys = kmsTokenKeys(new KMSClient({ region: 'ap-south-1' }), 'key-1');
    await expect(keys.mac('acme', 'a text')).rejects.toThrow();
    expect(await keys.mac('acme', 'a text')).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('the record of a question', () => {
  it('is one item of the transfer table, in no index, that goes when decisions go', async () => {
    dynamodb.on(PutCommand).resolves({});
    const access = {
      accessId: 'ta-1',
      clientName: 'crm',
      tenantId: 'acme',
      token: 'Person-x',
      purpose: null,
      outcome: 'unknown',
      at: '2026-12-01T06:00:00.000Z',
    } as const;
    await transferTableAccessLog(db, 'transfers', WORDS).record(access);
    const item = dynamodb.commandCalls(PutCommand)[0]?.args[0].input.Item;
    const days = WORDS.decision.recordDays.days;
    const expiresAt = Date.parse('2026-12-01T06:00:00Z') / 1000 + days * 86_400;
    expect(item).toEqual({ pk: 'ACCESS#ta-1', sk: 'access', expiresAt, access });
  });
});

function named(name: string): Error {
  return Object.assign(new Error(), { name });
}
