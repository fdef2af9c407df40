import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { type App, CfnResource, Stack } from 'aws-cdk-lib';
import { EventBus, Rule } from 'aws-cdk-lib/aws-events';
import { EventBus as BusTarget } from 'aws-cdk-lib/aws-events-targets';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Bucket, type CfnBucket } from 'aws-cdk-lib/aws-s3';
import { refuseOtherRegions } from '../../../lib/checks/regions';
import { loadRegister } from '../../../policies/load';
import { testApp } from '../support/stages';

function given(region = 'ap-south-1'): { app: App; stack: Stack } {
  const app = testApp();
  refuseOtherRegions(app, loadRegister());
  return { app, stack: new Stack(app, 'Test', { env: { region }, crossRegionReferences: true }) };
}

function resource(type: string, properties: Record<string, unknown>): App {
  const { app, stack } = given();
  new CfnResource(stack, 'Thing', { type, properties });
  return app;
}

function replicating(app: App, stack: Stack, bucket: string): App {
  const source = new Bucket(stack, 'Source', { versioned: true }).node.defaultChild as CfnBucket;
  source.replicationConfiguration = {
    role: 'arn:aws:iam::111122223333:role/replicator',
    rules: [{ status: 'Enabled', destination: { bucket } }],
  };
  return app;
}

const copyTo = (vault: string) => ({
  BackupPlan: { BackupPlanRule: [{ CopyActions: [{ DestinationBackupVaultArn: vault }] }] },
});
const sendTo = (Arn: string) => ({ Targets: [{ Id: 'one', Arn }] });

describe('what leads out of India fails synth', () => {
  it.each([
    [
      'AWS::DynamoDB::GlobalTable',
      { Replicas: [{ Region: 'ap-south-1' }, { Region: 'eu-west-1' }] },
      'replica in eu-west-1',
    ],
    ['Custom::DynamoDBReplica', { Region: 'ap-southeast-1' }, 'replica of a table in ap-southeast-1'],
    ['AWS::KMS::Key', { MultiRegion: true }, 'key that works in many Regions'],
    ['AWS::KMS::ReplicaKey', { PrimaryKeyArn: 'arn:aws:kms:us-east-1:1:key/mrk-1' }, 'replica of a key'],
    ['AWS::SecretsManager::Secret', { ReplicaRegions: [{ Region: 'us-east-1' }] }, 'as a secret to us-east-1'],
    [
      'AWS::Backup::BackupPlan',
      copyTo('arn:aws:backup:us-east-1:111122223333:backup-vault:v'),
      'copies backups to us-east-1',
    ],
    [
      'AWS::Events::Rule',
      sendTo('arn:aws:events:us-east-1:111122223333:event-bus/default'),
      'sends events to us-east-1',
    ],
    ['AWS::Events::Endpoint', {}, 'sends events to whichever of two Regions'],
    ['AWS::S3::MultiRegionAccessPoint', {}, 'access point of many Regions'],
    ['AWS::CloudFront::Distribution', {}, 'served from edge locations'],
    ['AWS::GlobalAccelerator::Accelerator', {}, 'served from edge locations'],
    ['AWS::WAFv2::WebACL', { Scope: 'CLOUDFRONT' }, 'web ACL of CloudFront'],
    ['AWS::WAFv2::IPSet', { Scope: 'CLOUDFRONT' }, 'web ACL of CloudFront'],
    ['AWS::ApiGateway::RestApi', {}, 'make its endpoint REGIONAL'],
    ['AWS::ApiGateway::RestApi', { EndpointConfiguration: { Types: ['EDGE'] } }, 'make its endpoint REGIONAL'],
    [
      'AWS::ApiGateway::DomainName',
      { CertificateArn: 'arn:aws:acm:us-east-1:1:certificate/c' },
      'certificate of us-east-1',
    ],
    ['AWS::Cognito::UserPoolDomain', { CustomDomainConfig: {} }, 'certificate of us-east-1'],
    ['AWS::CloudFormation::CustomResource', { Region: 'us-east-1' }, 'works in us-east-1'],
  ])('%s with %j', (type, properties, words) => {
    expect(() => resource(type, properties).synth()).toThrow(
      new RegExp(`Test/Thing .*${words}.*; personal data stays in India \\(ap-south-1 or ap-south-2\\)\\.`),
    );
  });

  it('a replication to a bucket of another Region of the app', () => {
    const { app, stack } = given();
    const other = new Stack(app, 'Other', { env: { region: 'ap-southeast-1' }, crossRegionReferences: true });
    replicating(app, stack, new Bucket(other, 'Replica', { versioned: true }).bucketArn);
    expect(() => app.synth()).toThrow('Test/Source/Resource replicates to a bucket in ap-southeast-1;');
  });

  it('a replication to a bucket that is not in the app, because an S3 ARN names no Region', () => {
    const { app, stack } = given();
    replicating(app, stack, 'arn:aws:s3:::somewhere-ap-south-2');
    expect(() => app.synth()).toThrow('replicates to a bucket of which synth cannot tell the Region');
  });

  it('a replication that an override put there', () => {
    const { app, stack } = given();
    const bucket = new Bucket(stack, 'Source').node.defaultChild as CfnBucket;
    bucket.addPropertyOverride('ReplicationConfiguration.Rules', [{ Destination: { Bucket: 'arn:aws:s3:::x' } }]);
    expect(() => app.synth()).toThrow('replicates to a bucket');
  });
});

describe('what stays in India passes', () => {
  it('a replication from Mumbai to Hyderabad', () => {
    const { app, stack } = given();
    const other = new Stack(app, 'Other', { env: { region: 'ap-south-2' }, crossRegionReferences: true });
    replicating(app, stack, new Bucket(other, 'Replica', { versioned: true }).bucketArn);
    expect(() => app.synth()).not.toThrow();
  });

  it('a rule for the stack’s own bus, and a key of one Region', () => {
    const { app, stack } = given();
    new Rule(stack, 'Rule', {
      eventPattern: { source: ['digicrm'] },
      targets: [new BusTarget(new EventBus(stack, 'Bus'))],
    });
    new Key(stack, 'Key');
    expect(() => app.synth()).not.toThrow();
  });

  it.each([
    ['AWS::DynamoDB::GlobalTable', { Replicas: [{ Region: 'ap-south-1' }, { Region: 'ap-south-2' }] }],
    ['AWS::Backup::BackupPlan', copyTo('arn:aws:backup:ap-south-2:111122223333:backup-vault:v')],
    ['AWS::WAFv2::WebACL', { Scope: 'REGIONAL' }],
    ['AWS::ApiGateway::RestApi', { EndpointConfiguration: { Types: ['REGIONAL'] } }],
  ])('%s with %j', (type, properties) => {
    expect(() => resource(type, properties).synth()).not.toThrow();
  });
});

it('says so in one line, without a stack trace, and exits with a failure', () => {
  const program = `
    import { CfnResource, Stack } from 'aws-cdk-lib';
    import { refuseOtherRegions } from './lib/checks/regions';
    import { run } from './lib/run';
    import { loadRegister } from './policies/load';
    run((app) => {
      refuseOtherRegions(app, loadRegister());
      const stack = new Stack(app, 'Test', { env: { region: 'ap-south-1' } });
      new CfnResource(stack, 'Site', { type: 'AWS::CloudFront::Distribution' });
    });`;
  const root = join(__dirname, '..', '..', '..');
  const { status, stderr } = spawnSync(join(root, 'node_modules', '.bin', 'tsx'), ['-e', program], {
    cwd: root,
    encoding: 'utf8',
  });
  expect(status).toBe(1);
  const said = stderr.split('\n').filter((line) => line.includes('India'));
  expect(said).toHaveLength(1);
  expect(said[0]).toContain('Test/Site is served from edge locations all over the world');
  expect(stderr).not.toMatch(/^\s+at /m);
}, 60_000);
