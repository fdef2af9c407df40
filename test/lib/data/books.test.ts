import { Match, Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { parseKeepers } from '../../../lambda/shared/inventory';
import { Books } from '../../../lib/data/books';
import { loadRegister } from '../../../policies/load';
import { Cloud, type Request } from '../support/iam';
import { smallApp } from '../support/small-app';
import { templatesOf } from '../support/stages';

describe('the bucket of the books', () => {
  const cloud = new Cloud('prod');
  const bucket = cloud.arn('AWS::S3::Bucket', 'BooksBucket');
  const resourcePolicy = cloud.policyOf('AWS::S3::Bucket', 'BooksBucket');
  const key = { 's3:x-amz-server-side-encryption-aws-kms-key-id': cloud.arn('AWS::KMS::Key', 'BooksKey') };
  const put = (context: Request['context']) =>
    cloud.asAdministrator({
      action: 's3:PutObject',
      resource: `${bucket}/t/00/u/r/s/d`,
      context: { ...context },
      resourcePolicy,
    });

  it('takes documents that are locked, and under its own key', async () => {
    expect(await put({ ...key, 's3:object-lock-mode': 'COMPLIANCE' })).toBe('Allowed');
    expect(await put({ 's3:object-lock-mode': 'COMPLIANCE' })).toBe('ExplicitlyDenied');
    expect(await put({ ...key, 's3:object-lock-mode': 'GOVERNANCE' })).toBe('ExplicitlyDenied');
    expect(await put(key)).toBe('ExplicitlyDenied');
  });

  it.each([
    ['local', 'GOVERNANCE'],
    ['dev', 'GOVERNANCE'],
    ['prod', 'COMPLIANCE'],
  ])('in stage %s demands locks of mode %s', (stage, mode) => {
    templatesOf(stage).data.hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: 'Deny', Condition: { StringNotEquals: { 's3:object-lock-mode': mode } } }),
        ]),
      },
    });
  });

  it('locks nothing longer than its law: each document brings its own day', () => {
    const [bucketOfBooks] = Object.entries(templatesOf('prod').data.findResources('AWS::S3::Bucket'))
      .filter(([id]) => id.startsWith('BooksBucket'))
      .map(([, resource]) => resource);
    expect(bucketOfBooks?.Properties).toMatchObject({ ObjectLockEnabled: true });
    expect(bucketOfBooks?.Properties).not.toHaveProperty('ObjectLockConfiguration');
  });
});

describe('Books', () => {
  const books = () => {
    const app = smallApp();
    const { bucket } = new Books(app.stack, 'Books', {
      register: loadRegister(),
      lockMode: 'COMPLIANCE',
      accessLogs: app.accessLogs,
    });
    return { ...app, bucket };
  };

  it('are a keeper, out of the inventory that erasures work through', () => {
    const { inventory, bucket } = books();
    expect(inventory.stores).toEqual([]);
    expect(inventory.keepers.books).toMatchObject({ id: 'statutory-books', objectLock: true, lockMode: 'COMPLIANCE' });
    const { books: keeper } = inventory.keepers;
    const vault = { ...keeper, keyArn: bucket.bucketArn };
    const keepers = {
      vaultBucket: omitLock(vault),
      vaultTable: { ...omitLock(vault), kind: 'dynamodb' },
      books: keeper,
    };
    expect(() => parseKeepers(JSON.stringify(keepers))).not.toThrow();
  });

  it('are there once', () => {
    const { stack, accessLogs } = books();
    const again = () => new Books(stack, 'More', { register: loadRegister(), lockMode: 'COMPLIANCE', accessLogs });
    expect(again).toThrow('there is a keeper "books" already');
  });

  it('let a role add and read back, never delete or unlock', () => {
    const { stack, bucket } = books();
    bucket.grantKeep(new Role(stack, 'Keeper', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') }));
    const policies = JSON.stringify(Template.fromStack(stack).findResources('AWS::IAM::Policy'));
    expect(policies).toContain('s3:PutObjectRetention');
    expect(policies).not.toMatch(/Delete|Bypass|LegalHold/);
  });
});

function omitLock(keeper: Record<string, unknown>): Record<string, unknown> {
  const { lockMode: _, ...rest } = keeper;
  return rest;
}
