import { DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { ListMultipartUploadsCommand, ListObjectVersionsCommand, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { AwsResidueReader } from '../../../lambda/erasure/adapters/residue-reader';
import { StoreFaultError } from '../../../lambda/erasure/errors';
import type { Residue } from '../../../lambda/erasure/ports';
import type { Store } from '../../../lambda/shared/inventory';
import { STORES } from '../../support/erasure-harness';

const s3 = mockClient(S3Client);
const db = mockClient(DynamoDBClient);
const [files, exports, records] = STORES as [Store, Store, Store];
const TENANT = { scope: 'tenant', tenantId: 'acme' } as const;

async function read(store: Store): Promise<Residue[]> {
  const clients = [new S3Client({ region: 'ap-south-1' }), new DynamoDBClient({ region: 'ap-south-1' })] as const;
  const reader = new AwsResidueReader(...clients, { now: () => new Date('2026-11-22T00:00:00Z') });
  const found: Residue[] = [];
  for await (const page of reader.read(store, TENANT)) found.push(...page);
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
