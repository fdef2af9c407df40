import { Match, Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { PersonalDataBucket, type PersonalDataBucketProps } from '../../../lib/data/personal-data-bucket';
import { PersonalDataTable } from '../../../lib/data/personal-data-table';
import { smallApp } from '../support/small-app';

function bucketProps(app: ReturnType<typeof smallApp>, more: Partial<PersonalDataBucketProps> = {}) {
  return {
    storeId: 'customer-files',
    dataRole: 'tenant' as const,
    dataClass: 'customer-files',
    purpose: 'Files of a test.',
    key: app.key,
    accessLogs: app.accessLogs,
    noncurrentDays: 89,
    incompleteUploadDays: 7,
    ...more,
  };
}

describe('PersonalDataBucket', () => {
  it('registers itself with what the erasure engine needs to know', () => {
    const app = smallApp();
    const bucket = new PersonalDataBucket(app.stack, 'Files', bucketProps(app, { objectLockEnabled: true }));
    expect(app.inventory.stores).toEqual([
      {
        id: 'customer-files',
        kind: 's3',
        name: bucket.bucketName,
        region: 'ap-south-1',
        dataRole: 'tenant',
        dataClass: 'customer-files',
        shards: 16,
        objectLock: true,
        subjectErasure: 'own',
        recovery: 'restorable',
        documents: null,
      },
    ]);
    expect(app.inventory.dataKeys).toEqual({ 'customer-files': app.key.key.keyArn });
  });

  it('says in the template what it is for and whose data it holds', () => {
    const app = smallApp();
    new PersonalDataBucket(app.stack, 'Files', bucketProps(app));
    Template.fromStack(app.stack).hasResource('AWS::S3::Bucket', {
      Metadata: { 'digicrm:purpose': 'Files of a test.' },
      Properties: {
        Tags: [
          { Key: 'digicrm:data-class', Value: 'customer-files' },
          { Key: 'digicrm:data-role', Value: 'tenant' },
        ],
      },
    });
  });

  it('writes its access logs below its own id', () => {
    const app = smallApp();
    new PersonalDataBucket(app.stack, 'Files', bucketProps(app));
    Template.fromStack(app.stack).hasResourceProperties('AWS::S3::Bucket', {
      LoggingConfiguration: { DestinationBucketName: Match.anyValue(), LogFilePrefix: 'customer-files/' },
    });
  });

  it('has no default retention where Object Lock is on, so that only a named hold locks a version', () => {
    const app = smallApp();
    new PersonalDataBucket(app.stack, 'Files', bucketProps(app, { objectLockEnabled: true }));
    Template.fromStack(app.stack).hasResourceProperties('AWS::S3::Bucket', {
      ObjectLockEnabled: true,
      ObjectLockConfiguration: Match.absent(),
    });
  });

  it('expires by age in a rule of its own, because S3 allows no delete-marker rule beside it', () => {
    const app = smallApp();
    new PersonalDataBucket(app.stack, 'Files', bucketProps(app, { expireDays: 7, noncurrentDays: 1 }));
    Template.fromStack(app.stack).hasResourceProperties('AWS::S3::Bucket', {
      LifecycleConfiguration: {
        Rules: [
          Match.objectLike({ ExpiredObjectDeleteMarker: true, NoncurrentVersionExpiration: { NoncurrentDays: 1 } }),
          Match.objectEquals({ Id: 'expire-by-age', Status: 'Enabled', ExpirationInDays: 7 }),
        ],
      },
    });
  });
});

describe('PersonalDataTable', () => {
  const accounts = {
    storeId: 'accounts',
    dataRole: 'account' as const,
    dataClass: 'account-users',
    purpose: 'Accounts of a test.',
  };

  it('can be restored, and goes without it only for a reason that is long enough to be one', () => {
    const app = smallApp();
    new PersonalDataTable(app.stack, 'Accounts', { ...accounts, key: app.key });
    new PersonalDataTable(app.stack, 'Fleeting', {
      ...accounts,
      storeId: 'fleeting',
      key: app.key,
      withoutRecovery: 'What is dropped here must be gone in the same second.',
    });
    const template = Template.fromStack(app.stack);
    const recovery = (name: string) =>
      Object.entries(template.findResources('AWS::DynamoDB::Table')).find(([id]) => id.startsWith(name))?.[1].Properties
        .PointInTimeRecoverySpecification;
    expect(recovery('Accounts')).toEqual({ PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 35 });
    expect(recovery('Fleeting')).toEqual({ PointInTimeRecoveryEnabled: false });
    const hasty = { ...accounts, storeId: 'hasty', key: app.key, withoutRecovery: 'because' };
    expect(() => new PersonalDataTable(app.stack, 'Hasty', hasty)).toThrow('at least 20 characters');
  });

  it('has an index of keys alone where it is asked for', () => {
    const app = smallApp();
    new PersonalDataTable(app.stack, 'Accounts', {
      ...accounts,
      key: app.key,
      index: { name: 'by-login', partitionKey: 'login' },
    });
    Template.fromStack(app.stack).hasResourceProperties('AWS::DynamoDB::Table', {
      GlobalSecondaryIndexes: [
        Match.objectLike({ IndexName: 'by-login', Projection: { ProjectionType: 'KEYS_ONLY' } }),
      ],
    });
  });

  it('seals payloads only under a key that is for them', () => {
    const app = smallApp();
    const role = new Role(app.stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    expect(() => app.key.grantSeal(role)).toThrow('give the key `envelope` first');
    expect(() => app.key.grantOpen(role)).toThrow('give the key `envelope` first');
  });

  it('has the key attributes of the layout, registers itself and is billed by request', () => {
    const app = smallApp();
    new PersonalDataTable(app.stack, 'Accounts', {
      storeId: 'accounts',
      dataRole: 'account',
      dataClass: 'account-users',
      purpose: 'Accounts of a test.',
      key: app.key,
    });
    expect(app.inventory.stores).toMatchObject([{ id: 'accounts', kind: 'dynamodb', dataRole: 'account' }]);
    Template.fromStack(app.stack).hasResourceProperties('AWS::DynamoDB::Table', {
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      BillingMode: 'PAY_PER_REQUEST',
    });
  });
});
