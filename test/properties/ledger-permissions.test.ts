import { Cloud } from '../lib/support/iam';

/** The emulator enforces no policies, so what may not be done is proven by evaluating them. */
const cloud = new Cloud('prod');

const bucket = cloud.arn('AWS::S3::Bucket', 'LedgerBucket');
const table = cloud.arn('AWS::DynamoDB::Table', 'LedgerTable');
const key = cloud.arn('AWS::KMS::Key', 'LedgerSigning');
const keyPolicy = cloud.policyOf('AWS::KMS::Key', 'LedgerSigning');

/** Functions that prove: the API of the ledger, and that of erasures for its certificates. */
const PROVERS = ['LedgerApiApiRole', 'ApiRole'];

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
