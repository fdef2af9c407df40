import { DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import {
  GetObjectLegalHoldCommand,
  GetObjectRetentionCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { regionalS3 } from '../../../lambda/erasure/adapters/regional-s3';
import { AwsResidueReader } from '../../../lambda/erasure/adapters/residue-reader';
import { StoreFaultError } from '../../../lambda/erasure/errors';
import type { Residue } from '../../../lambda/erasure/ports';
import type { HeldKeys } from '../../../lambda/holds/cover';
import type { Store } from '../../../lambda/shared/inventory';
import { STORES } from '../../support/erasure-harness';

const s3 = mockClient(S3Client);
const db = mockClient(DynamoDBClient);
const [files, exports, records] = STORES as [Store, Store, Store];
const TENANT = { scope: 'tenant', tenantId: 'acme' } as const;

async function read(store: Store, isHeld?: HeldKeys): Promise<Residue[]> {
  const database = new DynamoDBClient({ region: 'ap-south-1' });
  const reader = new AwsResidueReader(regionalS3(), database, { now: () => new Date('2026-11-22T00:00:00Z') });
  const found: Residue[] = [];
  for await (const page of reader.read(store, TENANT, isHeld)) found.push(...page);
  return found;
}

beforeEach(() => {
  s3.reset();
  db.reset();
  s3.on(ListMultipartUploadsCommand).resolves({ IsTruncated: false });
});

describe('the second reader', () => {
  it('follows a listing to its end', async () => {
    s3.on(ListObjectVersionsCommand)
      .resolvesOnce({ IsTruncated: true, NextKeyMarker: 'k', Versions: [{ Key: 'k', VersionId: '1' }] })
      .resolves({ IsTruncated: false, DeleteMarkers: [{ Key: 'm', VersionId: '2' }] });
    expect(await read(exports)).toEqual([
      { kind: 'versions', held: false },
      { kind: 'deleteMarkers', held: false },
    ]);
  });

  it.each([
    ['does not say whether it is whole', {}],
    ['says there is more, but not where', { IsTruncated: true }],
  ])('does not take a listing for empty that %s', async (_what, page) => {
    s3.on(ListObjectVersionsCommand).resolves(page);
    await expect(read(files)).rejects.toBeInstanceOf(StoreFaultError);
    s3.on(ListObjectVersionsCommand).resolves({ IsTruncated: false });
    s3.on(ListMultipartUploadsCommand).resolves(page);
    await expect(read(files)).rejects.toBeInstanceOf(StoreFaultError);
  });

  it('does not take a table for empty that gives no count', async () => {
    db.on(QueryCommand).resolves({});
    await expect(read(records)).rejects.toBeInstanceOf(StoreFaultError);
  });

  it('looks for uploads before versions: one that is completed in between turns into a version', async () => {
    s3.on(ListObjectVersionsCommand).resolves({ IsTruncated: false });
    await read(files);
    const order = s3.calls().map((call) => call.args[0].constructor.name);
    expect(order).toEqual(['ListMultipartUploadsCommand', 'ListObjectVersionsCommand']);
  });
});

describe('the second reader under legal holds', () => {
  const mine: HeldKeys = ({ key, part }) => key.includes('/p1/') || part.startsWith('p1#');

  it('counts what a hold keeps as held, locked or not, and asks for the locks of the rest', async () => {
    s3.on(ListMultipartUploadsCommand).resolves({
      IsTruncated: false,
      Uploads: [
        { Key: 'acme/00/p1/u', UploadId: 'u1' },
        { Key: 'acme/00/p2/u', UploadId: 'u2' },
      ],
    });
    s3.on(ListObjectVersionsCommand).resolves({
      IsTruncated: false,
      Versions: [
        { Key: 'acme/00/p2/a', VersionId: '1' },
        { Key: 'acme/00/p1/a', VersionId: '2' },
        { Key: 'acme/00/p3/a', VersionId: '3' },
      ],
      DeleteMarkers: [{ Key: 'acme/00/p1/b', VersionId: '4' }],
    });
    s3.on(GetObjectLegalHoldCommand).resolves({ LegalHold: { Status: 'OFF' } });
    s3.on(GetObjectLegalHoldCommand, { Key: 'acme/00/p3/a' }).resolves({ LegalHold: { Status: 'ON' } });
    s3.on(GetObjectRetentionCommand).resolves({});
    expect(await read(files, mine)).toEqual([
      { kind: 'uploads', held: true },
      { kind: 'uploads', held: false },
      { kind: 'deleteMarkers', held: true },
      { kind: 'versions', held: false },
      { kind: 'versions', held: true },
      { kind: 'versions', held: true },
    ]);
    expect(s3.commandCalls(GetObjectLegalHoldCommand)).toHaveLength(2);
  });

  it('tells held rows by their keys, consistently, and reads nothing else of them', async () => {
    db.on(QueryCommand).resolves({ Count: 0, Items: [] });
    db.on(QueryCommand, { ExpressionAttributeValues: { ':pk': { S: 'acme#01' } } }).resolves({
      Count: 2,
      Items: [
        { pk: { S: 'acme#01' }, sk: { S: 'p1#row' } },
        { pk: { S: 'acme#01' }, sk: { S: 'p2#row' } },
      ],
    });
    expect(await read(records, mine)).toEqual([
      { kind: 'items', held: true },
      { kind: 'items', held: false },
    ]);
    for (const { args } of db.commandCalls(QueryCommand))
      expect(args[0].input).toMatchObject({ ProjectionExpression: '#pk, #sk', ConsistentRead: true });
  });

  it.each([
    ['fewer keys than it counted', { Count: 2, Items: [{ pk: { S: 'acme#00' }, sk: { S: 'p1#row' } }] }],
    ['a row without its keys', { Count: 1, Items: [{}] }],
    ['no count', { Items: [] }],
  ])('takes no answer that gives %s', async (_what, page) => {
    db.on(QueryCommand).resolves(page);
    await expect(read(records, mine)).rejects.toBeInstanceOf(StoreFaultError);
  });
});
