import { Match, Template } from 'aws-cdk-lib/assertions';
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
