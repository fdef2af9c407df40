import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DynamoDBClient,
  DynamoDBServiceException,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import fc from 'fast-check';
import { StoreBusyError } from '../../../lambda/erasure/errors';
import type { Ref } from '../../../lambda/erasure/ports';
import { hashOfItem, type Item } from '../../../lambda/sealing/adapters/canonical-item';
import { TableSource } from '../../../lambda/sealing/adapters/row-source';
import { VaultReceipts, VaultRows } from '../../../lambda/sealing/adapters/vault-table';
import { NeverSealableError } from '../../../lambda/sealing/errors';
import type { Receipt } from '../../../lambda/sealing/ports';
import { KEEPERS, RECORDS } from '../../support/sealing';

const dynamo = mockClient(DynamoDBClient);
const documents = mockClient(DynamoDBDocumentClient);
const client = new DynamoDBClient({ region: 'ap-south-1' });
const ref: Ref = { kind: 'items', key: 'acme#01', part: 'p-1#contact', partition: 'acme#01' };
const keys: Item = { pk: { S: 'acme#01' }, sk: { S: 'p-1#contact' } };
const place = { objectKey: 'k', pk: 'acme#01', sk: 'p-1#er-1#crm-records#i0' };
const failure = (name: string, status: number) =>
  new DynamoDBServiceException({ name, $fault: 'client', $metadata: { httpStatusCode: status } });
const conditionFailed = (item?: Item) =>
  new ConditionalCheckFailedException({ message: '', $metadata: { httpStatusCode: 400 }, Item: item });

beforeEach(() => {
  dynamo.reset();
  documents.reset();
});

describe('the hash of a row', () => {
  it('is the same for equal rows, in whatever order attributes and sets arrive', () => {
    const one: Item = { a: { SS: ['x', 'y'] }, b: { BS: [Uint8Array.of(1), Uint8Array.of(2)] }, c: { NS: ['1', '2'] } };
    const two: Item = { c: { NS: ['2', '1'] }, b: { BS: [Uint8Array.of(2), Uint8Array.of(1)] }, a: { SS: ['y', 'x'] } };
    expect(hashOfItem(one)).toBe(hashOfItem(two));
  });

  it.each<[string, AttributeValue, AttributeValue]>([
    ['a text and a number', { S: '1' }, { N: '1' }],
    ['numbers that a double cannot tell apart', { N: '9007199254740993' }, { N: '9007199254740992' }],
    ['the order of a list', { L: [{ S: 'a' }, { S: 'b' }] }, { L: [{ S: 'b' }, { S: 'a' }] }],
    ['a set and a list', { SS: ['a'] }, { L: [{ S: 'a' }] }],
    ['empty and nothing', { S: '' }, { NULL: true }],
    ['bytes and their text', { B: Uint8Array.of(97) }, { S: 'YQ==' }],
    ['something deep down', { M: { a: { L: [{ BOOL: true }] } } }, { M: { a: { L: [{ BOOL: false }] } } }],
  ])('tells apart %s', (_what, one, two) => {
    expect(hashOfItem({ a: one })).not.toBe(hashOfItem({ a: two }));
  });

  it('differs for any two texts that differ', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (a, b) => {
        fc.pre(a !== b);
        expect(hashOfItem({ a: { S: a } })).not.toBe(hashOfItem({ a: { S: b } }));
      }),
    );
  });
});

describe('erasing a row as it was read', () => {
  const read = async (attributes: Item) => {
    dynamo.on(GetItemCommand).resolves({ Item: { ...keys, ...attributes } });
    const row = await new TableSource(RECORDS, client).read(ref);
    if (row === undefined) throw new Error('no row');
    return row;
  };

  it('asks for every attribute, by name and value', async () => {
    const row = await read({ 'e-mail': { S: 'x' }, size: { N: '1' } });
    dynamo.on(DeleteItemCommand).resolves({ Attributes: row.content });
    expect(await new TableSource(RECORDS, client).eraseUnchanged(ref, row)).toEqual({ outcome: 'erased' });
    expect(dynamo.commandCalls(DeleteItemCommand)[0]?.args[0].input).toEqual({
      TableName: 'records',
      Key: keys,
      ConditionExpression: '#a0 = :a0 AND #a1 = :a1',
      ExpressionAttributeNames: { '#a0': 'e-mail', '#a1': 'size' },
      ExpressionAttributeValues: { ':a0': { S: 'x' }, ':a1': { N: '1' } },
      ReturnValues: 'ALL_OLD',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
  });

  it('stays within what DynamoDB takes for the most attributes that are sealed', async () => {
    const row = await read(Object.fromEntries(Array.from({ length: 150 }, (_, n) => [`a${n}`, { S: 'x' }])));
    expect(row.attributes).toBe(150);
    dynamo.on(DeleteItemCommand).resolves({});
    await new TableSource(RECORDS, client).eraseUnchanged(ref, row);
    const condition = dynamo.commandCalls(DeleteItemCommand)[0]?.args[0].input.ConditionExpression ?? '';
    expect((condition.match(/=|AND/g) ?? []).length).toBeLessThanOrEqual(300);
    expect(condition.length).toBeLessThanOrEqual(4096);
  });

  it('tells a changed row from one that is gone', async () => {
    const row = await read({ a: { S: 'old' } });
    const source = new TableSource(RECORDS, client);
    dynamo.on(DeleteItemCommand).rejects(conditionFailed({ ...keys, a: { S: 'new' } }));
    expect(await source.eraseUnchanged(ref, row)).toEqual({ outcome: 'changed' });
    dynamo.on(DeleteItemCommand).rejects(conditionFailed());
    expect(await source.eraseUnchanged(ref, row)).toEqual({ outcome: 'erased' });
  });

  it('gives back what was in it beside what was read', async () => {
    const row = await read({});
    const more = { ...keys, added: { S: 'phone' } };
    dynamo.on(DeleteItemCommand).resolves({ Attributes: more });
    const result = await new TableSource(RECORDS, client).eraseUnchanged(ref, row);
    expect(result).toMatchObject({ outcome: 'erased', more: { content: more, attributes: 1 } });
  });
});

describe('sealed rows', () => {
  const row = { content: { ...keys, a: { N: '1' } }, sha256: hashOfItem({ ...keys, a: { N: '1' } }), attributes: 1 };
  const label = { requestId: 'er-1', storeId: 'crm-records', sealedAt: '2027-06-01T00:00:00.000Z' };
  const rows = () => new VaultRows(KEEPERS.vaultTable, client);

  it('stand whole beside their description, and are never written over', async () => {
    dynamo.on(PutItemCommand).resolves({});
    await rows().put(place, ref, row, label);
    const input = dynamo.commandCalls(PutItemCommand)[0]?.args[0].input;
    expect(input?.ConditionExpression).toBe('attribute_not_exists(#pk)');
    expect(input?.Item).toMatchObject({
      pk: { S: place.pk },
      sk: { S: place.sk },
      sourceKey: { S: ref.key },
      sourceSortKey: { S: ref.part },
      sha256: { S: row.sha256 },
      item: { M: row.content },
    });
  });

  it('are read back by what they hold, and not by what they say of it', async () => {
    dynamo
      .on(GetItemCommand)
      .resolves({ Item: { sha256: { S: row.sha256 }, item: { M: { ...keys, a: { N: '2' } } } } });
    expect(await rows().sha256Of(place)).not.toBe(row.sha256);
    dynamo.on(GetItemCommand).resolves({ Item: { item: { M: row.content } } });
    expect(await rows().sha256Of(place)).toBe(row.sha256);
    dynamo.on(GetItemCommand).resolves({});
    expect(await rows().sha256Of(place)).toBeUndefined();
  });

  it('may stand there already; one that never fits is refused for good; a busy table is heard', async () => {
    dynamo.on(PutItemCommand).rejects(conditionFailed());
    await expect(rows().put(place, ref, row, label)).resolves.toBeUndefined();
    dynamo.on(PutItemCommand).rejects(failure('ValidationException', 400));
    await expect(rows().put(place, ref, row, label)).rejects.toBeInstanceOf(NeverSealableError);
    dynamo.on(PutItemCommand).rejects(failure('ProvisionedThroughputExceededException', 400));
    await expect(rows().put(place, ref, row, label)).rejects.toBeInstanceOf(StoreBusyError);
  });
});

describe('receipts', () => {
  const receipt: Receipt = {
    requestId: 'er-1',
    storeId: 'customer-files',
    kind: 'versions',
    sourceKey: 'acme/01/p-1/a',
    sourceVersion: 'v1',
    lastModified: '2026-11-22T10:00:00.000Z',
    tied: [],
    content: { size: 1, sha256: 'aa', headers: {}, metadata: {}, tags: {} },
    copy: { key: 'k', versionId: 'c1', size: 1 },
    sealedAt: '2027-06-01T00:00:00.000Z',
  };
  const book = () => new VaultReceipts(KEEPERS.vaultTable, client);

  it('are written once, or in place of the one that was found wanting', async () => {
    documents.on(PutCommand).resolves({});
    expect(await book().put(place, receipt, undefined)).toBe(true);
    expect(await book().put(place, receipt, { ...receipt, copy: { key: 'k', versionId: 'c0', size: 1 } })).toBe(true);
    const [first, second] = documents.commandCalls(PutCommand).map((call) => call.args[0].input);
    expect(first?.ConditionExpression).toBe('attribute_not_exists(#pk)');
    expect(second).toMatchObject({
      ConditionExpression: 'attribute_not_exists(#pk) OR #copy.#versionId = :standing',
      ExpressionAttributeValues: { ':standing': 'c0' },
    });
    documents.on(PutCommand).rejects(conditionFailed());
    expect(await book().put(place, receipt, undefined)).toBe(false);
  });

  it('are read as they were written, and not believed when they are not understood', async () => {
    documents.on(GetCommand).resolves({ Item: { pk: place.pk, sk: place.sk, ...receipt } });
    expect(await book().find(place)).toEqual(receipt);
    documents.on(GetCommand).resolves({ Item: { ...receipt, copy: 'somewhere' } });
    await expect(book().find(place)).rejects.toThrow();
    documents.on(GetCommand).resolves({});
    expect(await book().find(place)).toBeUndefined();
  });
});
