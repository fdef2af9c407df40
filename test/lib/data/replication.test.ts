import { Match, Template } from 'aws-cdk-lib/assertions';
import { PersonalDataBucket } from '../../../lib/data/personal-data-bucket';
import { ReplicaBucket } from '../../../lib/data/replica-bucket';
import { Replication } from '../../../lib/data/replication';
import { DataKey } from '../../../lib/keys/data-key';
import { smallApp } from '../support/small-app';
import { templatesOf } from '../support/stages';

function given() {
  const app = smallApp();
  const common = {
    dataRole: 'tenant' as const,
    dataClass: 'customer-files',
    purpose: 'Files of a test.',
    accessLogs: app.accessLogs,
    noncurrentDays: 89,
    incompleteUploadDays: 7,
  };
  const key = new DataKey(app.stack, 'ReplicaKey', { description: 'test', userTag: 'test', services: ['s3'] });
  const source = new PersonalDataBucket(app.stack, 'Files', {
    ...common,
    key: app.key,
    storeId: 'customer-files',
    objectLockEnabled: true,
  });
  const replica = new ReplicaBucket(app.stack, 'Replica', {
    ...common,
    key,
    storeId: 'customer-files-replica',
    replicaOf: 'customer-files',
  });
  new Replication(app.stack, 'Replication', { source, replica });
  return { inventory: app.inventory, template: Template.fromStack(app.stack) };
}

describe('Replication', () => {
  it('copies encrypted objects and delete markers under the replica’s key, and nothing back', () => {
    given().template.hasResourceProperties('AWS::S3::Bucket', {
      ReplicationConfiguration: {
        Rules: [
          {
            Status: 'Enabled',
            Priority: 1,
            Filter: { Prefix: '' },
            DeleteMarkerReplication: { Status: 'Enabled' },
            SourceSelectionCriteria: {
              SseKmsEncryptedObjects: { Status: 'Enabled' },
              ReplicaModifications: { Status: 'Disabled' },
            },
            Destination: {
              Bucket: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Replica'), 'Arn'] },
              EncryptionConfiguration: {
                ReplicaKmsKeyID: { 'Fn::GetAtt': [Match.stringLikeRegexp('^ReplicaKey'), 'Arn'] },
              },
              ReplicationTime: { Status: 'Enabled', Time: { Minutes: 15 } },
              Metrics: { Status: 'Enabled', EventThreshold: { Minutes: 15 } },
            },
          },
        ],
      },
    });
  });
});

describe('ReplicaBucket', () => {
  it('is in the inventory as the copy that it is, after all others', () => {
    const { inventory } = given();
    expect(inventory.stores.map(({ id, replicaOf }) => [id, replicaOf])).toEqual([
      ['customer-files', undefined],
      ['customer-files-replica', 'customer-files'],
    ]);
  });

  it('has Object Lock, without which S3 copies nothing from a bucket that has it', () => {
    given().template.hasResourceProperties('AWS::S3::Bucket', {
      ObjectLockEnabled: true,
      LoggingConfiguration: { LogFilePrefix: 'customer-files-replica/' },
    });
  });
});

describe('the second Region', () => {
  it('has a bucket for its own access logs, because S3 delivers them within a Region alone', () => {
    const { dataReplica } = templatesOf('prod');
    dataReplica?.hasResourceProperties('AWS::S3::Bucket', {
      LoggingConfiguration: { DestinationBucketName: { Ref: Match.stringLikeRegexp('^ReplicaAccessLogs') } },
    });
  });

  it('is left out where the switch is off, with everything that leads there', () => {
    expect(templatesOf('dev').dataReplica).toBeUndefined();
    expect(JSON.stringify(templatesOf('dev').data.toJSON())).not.toContain('ap-south-2');
  });

  it('is there without replication where the stage’s cloud copies nothing', () => {
    const { data, dataReplica } = templatesOf('local');
    // Access logs, the copy of files, and the copy of the ledger's checkpoints.
    dataReplica?.resourceCountIs('AWS::S3::Bucket', 3);
    for (const { Properties } of Object.values(data.findResources('AWS::S3::Bucket')))
      expect(Properties).not.toHaveProperty('ReplicationConfiguration');
  });

  it('is deployed before the stack that copies to it', () => {
    expect(JSON.stringify(templatesOf('prod').data.toJSON())).toContain('"StackName":"DataReplica-prod"');
  });
});
