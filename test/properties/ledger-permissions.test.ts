import { Cloud, type Request, type Verdict } from '../lib/support/iam';

/** The emulator enforces no policies, so what may not be done is proven by evaluating them. */
const cloud = new Cloud('prod');

const bucket = cloud.arn('AWS::S3::Bucket', 'LedgerBucket');
const table = cloud.arn('AWS::DynamoDB::Table', 'LedgerTable');
const key = cloud.arn('AWS::KMS::Key', 'LedgerSigning');
const keyPolicy = cloud.policyOf('AWS::KMS::Key', 'LedgerSigning');

/** Functions that prove: the API of the ledger, and that of erasures for its certificates. */
const PROVERS = ['LedgerApiApiRole', 'ApiRole'];

const tables = [cloud.arn('AWS::DynamoDB::Table', 'Table'), cloud.arn('AWS::DynamoDB::Table', 'TransferTable')];
const copies = cloud.arn('AWS::S3::Bucket', 'Checkpoints');
const certificateKey = cloud.arn('AWS::KMS::Key', 'CertificateKeysSigning');
const SIGNING = { 'kms:SigningAlgorithm': 'ECDSA_SHA_256' };
const SEQUENCER = 'LedgerSequencerRole';
const WATCHMAN = 'LedgerWatchmanRole';
const itemOf = (pk: string) => ({ resource: table, context: { 'dynamodb:LeadingKeys': [pk] } });
const checkpointKey = { resource: key, resourcePolicy: keyPolicy, context: SIGNING };

const verdicts = (role: string, asked: readonly Request[]) =>
  Promise.all(asked.map(async (request) => [request.action, request.resource, await cloud.asRole(role, request)]));
const every = (asked: readonly Request[], verdict: Verdict) =>
  asked.map(({ action, resource }) => [action, resource, verdict]);

describe('the sequencer', () => {
  const reads = ['DescribeStream', 'GetRecords', 'GetShardIterator'].flatMap((name) =>
    tables.map((told) => ({ action: `dynamodb:${name}`, resource: `${told}/stream/2026-01-01T00:00:00.000` })),
  );

  it('hears writes from the streams, brings the tree on and signs it', async () => {
    const asked = [
      ...reads.filter(({ action }) => action === 'dynamodb:GetRecords'),
      { action: 's3:PutObject', resource: `${bucket}/tile/0/000` },
      { action: 's3:PutObject', resource: `${copies}/checkpoints/1` },
      { action: 'dynamodb:PutItem', ...itemOf('HEAD') },
      { action: 'dynamodb:PutItem', ...itemOf('QUARANTINE#2026-12-01') },
      { action: 'kms:Sign', ...checkpointKey },
    ];
    expect(await verdicts(SEQUENCER, asked)).toEqual(every(asked, 'Allowed'));
  });

  it('reads and writes neither table itself, deletes nothing, and leaves what the watchman saw', async () => {
    const asked = [
      ...['GetItem', 'Query', 'Scan', 'BatchGetItem', 'PutItem', 'UpdateItem', 'DeleteItem'].flatMap((name) =>
        tables.map((resource) => ({ action: `dynamodb:${name}`, resource })),
      ),
      { action: 's3:DeleteObject', resource: `${bucket}/checkpoint` },
      { action: 's3:DeleteObjectVersion', resource: `${bucket}/checkpoint` },
      { action: 's3:GetObject', resource: `${copies}/checkpoints/1` },
      { action: 'dynamodb:PutItem', ...itemOf('SEEN') },
      { action: 'dynamodb:DeleteItem', ...itemOf('HEAD') },
      { action: 'kms:Sign', resource: certificateKey, context: SIGNING },
    ];
    expect(await verdicts(SEQUENCER, asked)).toEqual(every(asked, 'ImplicitlyDenied'));
  });
});

describe('the watchman', () => {
  it('reads the tree and both tables, and keeps what it saw', async () => {
    const asked = [
      { action: 's3:GetObject', resource: `${bucket}/tile/0/000` },
      { action: 's3:GetObjectVersion', resource: `${bucket}/checkpoints/1` },
      { action: 's3:ListBucketVersions', resource: bucket },
      ...['GetItem', 'Scan'].flatMap((name) => tables.map((resource) => ({ action: `dynamodb:${name}`, resource }))),
      { action: 'dynamodb:PutItem', ...itemOf('SEEN') },
      { action: 'kms:GetPublicKey', ...checkpointKey },
    ];
    expect(await verdicts(WATCHMAN, asked)).toEqual(every(asked, 'Allowed'));
  });

  it('writes nothing else, and signs nothing', async () => {
    const asked = [
      ...['PutItem', 'UpdateItem', 'DeleteItem', 'Query', 'BatchWriteItem'].flatMap((name) =>
        tables.map((resource) => ({ action: `dynamodb:${name}`, resource })),
      ),
      ...['PLACE#er-1', 'HEAD', 'QUARANTINE#1'].map((pk) => ({ action: 'dynamodb:PutItem', ...itemOf(pk) })),
      { action: 's3:PutObject', resource: `${bucket}/checkpoint` },
      { action: 's3:DeleteObject', resource: `${bucket}/checkpoint` },
      { action: 'kms:Sign', ...checkpointKey },
    ];
    expect(await verdicts(WATCHMAN, asked)).toEqual(every(asked, 'ImplicitlyDenied'));
  });
});

describe.each(PROVERS)('%s', (role) => {
  it('reads the tree, where events lie, and the public key', async () => {
    const context = { 'dynamodb:LeadingKeys': ['PLACE#er-1'] };
    const asked = [
      { action: 's3:GetObject', resource: `${bucket}/tile/0/000` },
      { action: 's3:ListBucket', resource: bucket },
      { action: 'dynamodb:Query', resource: table, context },
      { action: 'kms:GetPublicKey', resource: key, resourcePolicy: keyPolicy },
    ];
    for (const request of asked)
      expect([request.action, await cloud.asRole(role, request)]).toEqual([request.action, 'Allowed']);
  });

  it('brings nothing into the ledger, signs nothing, and moves no head', async () => {
    const asked = [
      { action: 's3:PutObject', resource: `${bucket}/tile/0/000` },
      { action: 's3:DeleteObject', resource: `${bucket}/checkpoint` },
      { action: 'kms:Sign', resource: key, resourcePolicy: keyPolicy },
      ...['PLACE#er-1', 'HEAD', 'SEEN', 'QUARANTINE#1'].map((pk) => ({
        action: 'dynamodb:PutItem',
        resource: table,
        context: { 'dynamodb:LeadingKeys': [pk] },
      })),
      { action: 'dynamodb:Query', resource: table, context: { 'dynamodb:LeadingKeys': ['QUARANTINE#1'] } },
    ];
    for (const request of asked) expect(await cloud.asRole(role, request)).not.toBe('Allowed');
  });
});
