import type { Rule } from '../../../../../lib/checks/dpdp/rule';
import { backupCopiesInIndia } from '../../../../../lib/checks/dpdp/rules/residency/backup-copies-in-india';
import { dynamoDbReplicasInIndia } from '../../../../../lib/checks/dpdp/rules/residency/dynamo-db-replicas-in-india';
import { ecrReplicationInIndia } from '../../../../../lib/checks/dpdp/rules/residency/ecr-replication-in-india';
import { efsReplicationInIndia } from '../../../../../lib/checks/dpdp/rules/residency/efs-replication-in-india';
import { globalDatabasesInIndia } from '../../../../../lib/checks/dpdp/rules/residency/global-databases-in-india';
import { kmsKeySingleRegion } from '../../../../../lib/checks/dpdp/rules/residency/kms-key-single-region';
import { s3NoMultiRegionAccessPoint } from '../../../../../lib/checks/dpdp/rules/residency/s3-no-multi-region-access-point';
import { s3ReplicationInIndia } from '../../../../../lib/checks/dpdp/rules/residency/s3-replication-in-india';
import { secretsReplicateInIndia } from '../../../../../lib/checks/dpdp/rules/residency/secrets-replicate-in-india';
import { snapshotsStayInIndia } from '../../../../../lib/checks/dpdp/rules/residency/snapshots-stay-in-india';
import type { Properties } from '../../../../../lib/checks/dpdp/template';
import { holds } from '../support/judge';
import { arnOf, either, NO_VALUE, PARAMETER, sub, verdictOn } from '../support/one';

type Case = readonly [rule: Rule, type: string, properties: Properties];

const HOME = { Ref: 'AWS::Region' };
const [BUCKET, TABLE, KEY] = ['AWS::S3::Bucket', 'AWS::DynamoDB::GlobalTable', 'AWS::KMS::Key'] as const;
const [PLAN, SECRET, POLICY] = [
  'AWS::Backup::BackupPlan',
  'AWS::SecretsManager::Secret',
  'AWS::DLM::LifecyclePolicy',
] as const;

const to = (Bucket: unknown) => ({ ReplicationConfiguration: { Rules: [{ Destination: { Bucket } }] } });
const replicas = (...regions: unknown[]) => ({ Replicas: regions.map((Region) => ({ Region })) });
const copyTo = (arn: unknown) => ({
  BackupPlan: { BackupPlanRule: [{ CopyActions: [{ DestinationBackupVaultArn: arn }] }] },
});
const vaultIn = (region: unknown) => ({
  'Fn::Join': ['', ['arn:aws:backup:', region, ':', { Ref: 'AWS::AccountId' }, ':backup-vault:copies']],
});
const schedule = (rest: Properties) => ({ PolicyDetails: { Schedules: [rest] } });

const BROKEN: readonly Case[] = [
  [s3ReplicationInIndia, BUCKET, to('arn:aws:s3:::somewhere')],
  [s3ReplicationInIndia, BUCKET, to(PARAMETER)],
  [s3ReplicationInIndia, BUCKET, to(NO_VALUE)],
  [s3ReplicationInIndia, BUCKET, to(either(arnOf('Own'), 'arn:aws:s3:::somewhere'))],
  [s3ReplicationInIndia, BUCKET, { ReplicationConfiguration: either({ Rules: [{}] }, NO_VALUE) }],
  [s3ReplicationInIndia, BUCKET, { ReplicationConfiguration: { Rules: PARAMETER } }],
  [s3NoMultiRegionAccessPoint, 'AWS::S3::MultiRegionAccessPoint', {}],
  [dynamoDbReplicasInIndia, TABLE, replicas('ap-south-1', 'eu-west-1')],
  [dynamoDbReplicasInIndia, TABLE, replicas(PARAMETER)],
  [dynamoDbReplicasInIndia, TABLE, replicas(NO_VALUE)],
  [dynamoDbReplicasInIndia, TABLE, replicas('{{resolve:ssm:/region}}')],
  [dynamoDbReplicasInIndia, TABLE, { Replicas: [either({ Region: 'us-east-1' }, NO_VALUE)] }],
  [dynamoDbReplicasInIndia, TABLE, { ...replicas(HOME), GlobalTableWitnesses: [{ Region: 'us-east-2' }] }],
  [dynamoDbReplicasInIndia, 'Custom::DynamoDBReplica', { Region: sub('<Elsewhere>') }],
  [dynamoDbReplicasInIndia, 'Custom::DynamoDBReplica', {}],
  [kmsKeySingleRegion, KEY, { MultiRegion: true }],
  [kmsKeySingleRegion, KEY, { MultiRegion: 'true' }],
  [kmsKeySingleRegion, KEY, { MultiRegion: PARAMETER }],
  [kmsKeySingleRegion, KEY, { MultiRegion: either(false, true) }],
  [kmsKeySingleRegion, 'AWS::KMS::ReplicaKey', {}],
  [backupCopiesInIndia, PLAN, copyTo(vaultIn('us-east-1'))],
  [backupCopiesInIndia, PLAN, copyTo(vaultIn(PARAMETER))],
  [backupCopiesInIndia, PLAN, copyTo(NO_VALUE)],
  [backupCopiesInIndia, PLAN, { BackupPlan: PARAMETER }],
  [backupCopiesInIndia, PLAN, { BackupPlan: either(copyTo(vaultIn('eu-west-1')).BackupPlan, NO_VALUE) }],
  [secretsReplicateInIndia, SECRET, { ReplicaRegions: [{ Region: 'us-east-1' }] }],
  [secretsReplicateInIndia, SECRET, { ReplicaRegions: PARAMETER }],
  [secretsReplicateInIndia, SECRET, { ReplicaRegions: [PARAMETER] }],
  [
    ecrReplicationInIndia,
    'AWS::ECR::ReplicationConfiguration',
    { ReplicationConfiguration: { Rules: [{ Destinations: [{ Region: 'us-west-2', RegistryId: '1' }] }] } },
  ],
  [
    efsReplicationInIndia,
    'AWS::EFS::FileSystem',
    { ReplicationConfiguration: { Destinations: [{ Region: 'eu-central-1' }] } },
  ],
  [efsReplicationInIndia, 'AWS::EFS::FileSystem', { ReplicationConfiguration: { Destinations: [{}] } }],
  [snapshotsStayInIndia, POLICY, schedule({ CrossRegionCopyRules: [{ TargetRegion: 'us-east-1' }] })],
  [snapshotsStayInIndia, POLICY, schedule({ CrossRegionCopyRules: [{ Target: 'us-east-1' }] })],
  [snapshotsStayInIndia, POLICY, schedule({ CrossRegionCopyRules: [{ Encrypted: true }] })],
  [snapshotsStayInIndia, POLICY, schedule({ ShareRules: [{ TargetAccounts: ['111122223333'] }] })],
  [snapshotsStayInIndia, POLICY, { CrossRegionCopyTargets: [{ TargetRegion: 'eu-west-1' }] }],
  [snapshotsStayInIndia, POLICY, { PolicyDetails: { Actions: [{ CrossRegionCopy: [{ Target: 'eu-west-1' }] }] } }],
  [snapshotsStayInIndia, POLICY, { PolicyDetails: PARAMETER }],
  [snapshotsStayInIndia, 'AWS::RDS::DBInstance', { SourceRegion: 'us-east-1' }],
  [snapshotsStayInIndia, 'AWS::RDS::DBInstance', { AutomaticBackupReplicationRegion: 'ap-southeast-1' }],
  [
    snapshotsStayInIndia,
    'AWS::RDS::DBInstance',
    { SourceDBInstanceIdentifier: 'arn:aws:rds:us-east-1:111122223333:db:main' },
  ],
  [snapshotsStayInIndia, 'AWS::RDS::DBCluster', { ReplicationSourceIdentifier: PARAMETER }],
  [snapshotsStayInIndia, 'AWS::Redshift::Cluster', { DestinationRegion: 'us-east-1' }],
  [
    snapshotsStayInIndia,
    'Custom::AWS',
    { Create: '{"service":"RDS","action":"modifyDBSnapshotAttribute","parameters":{"ValuesToAdd":["all"]}}' },
  ],
  [globalDatabasesInIndia, 'AWS::RDS::GlobalCluster', {}],
  [globalDatabasesInIndia, 'AWS::RDS::DBCluster', { GlobalClusterIdentifier: 'world' }],
  [globalDatabasesInIndia, 'AWS::DocDB::GlobalCluster', {}],
  [
    globalDatabasesInIndia,
    'AWS::ElastiCache::GlobalReplicationGroup',
    { Members: [{ ReplicationGroupRegion: 'us-east-1' }] },
  ],
  [globalDatabasesInIndia, 'AWS::DSQL::Cluster', { MultiRegionProperties: { WitnessRegion: 'us-west-2' } }],
  [
    globalDatabasesInIndia,
    'AWS::DSQL::Cluster',
    { MultiRegionProperties: { Clusters: ['arn:aws:dsql:us-east-1:111122223333:cluster/c'] } },
  ],
];

const WELL: readonly Case[] = [
  [s3ReplicationInIndia, BUCKET, {}],
  [s3ReplicationInIndia, BUCKET, { ReplicationConfiguration: NO_VALUE }],
  [s3ReplicationInIndia, BUCKET, to(arnOf('Own'))],
  [s3ReplicationInIndia, BUCKET, to(sub('<Own.Arn>'))],
  [dynamoDbReplicasInIndia, TABLE, replicas('ap-south-1', 'ap-south-2', HOME, sub('<AWS::Region>'))],
  [dynamoDbReplicasInIndia, TABLE, { Replicas: [{ Region: HOME }, either({ Region: 'ap-south-2' }, NO_VALUE)] }],
  [dynamoDbReplicasInIndia, 'Custom::DynamoDBReplica', { Region: 'ap-south-2' }],
  [kmsKeySingleRegion, KEY, {}],
  [kmsKeySingleRegion, KEY, { MultiRegion: 'false' }],
  [kmsKeySingleRegion, KEY, { MultiRegion: either(false, NO_VALUE) }],
  [backupCopiesInIndia, PLAN, { BackupPlan: { BackupPlanRule: [{ CopyActions: NO_VALUE }, {}] } }],
  [backupCopiesInIndia, PLAN, copyTo(vaultIn('ap-south-2'))],
  [backupCopiesInIndia, PLAN, copyTo(vaultIn(HOME))],
  [backupCopiesInIndia, PLAN, copyTo(sub('arn:<AWS::Partition>:backup:<AWS::Region>:<AWS::AccountId>:backup-vault:v'))],
  [backupCopiesInIndia, PLAN, copyTo(sub('arn:aws:backup:<R>:1:backup-vault:v', { R: 'ap-south-2' }))],
  [secretsReplicateInIndia, SECRET, {}],
  [secretsReplicateInIndia, SECRET, { ReplicaRegions: [{ Region: 'ap-south-2' }, NO_VALUE] }],
  [
    ecrReplicationInIndia,
    'AWS::ECR::ReplicationConfiguration',
    { ReplicationConfiguration: { Rules: [{ Destinations: [{ Region: 'ap-south-2' }] }] } },
  ],
  [
    efsReplicationInIndia,
    'AWS::EFS::FileSystem',
    { ReplicationConfiguration: { Destinations: [{ AvailabilityZoneName: 'ap-south-2a' }] } },
  ],
  [snapshotsStayInIndia, POLICY, schedule({ CrossRegionCopyRules: [{ TargetRegion: 'ap-south-2' }] })],
  [snapshotsStayInIndia, POLICY, schedule({})],
  [
    snapshotsStayInIndia,
    POLICY,
    schedule({ CrossRegionCopyRules: [{ Target: 'arn:aws:outposts:ap-south-1:1:outpost/op-1' }] }),
  ],
  [snapshotsStayInIndia, 'AWS::RDS::DBInstance', { SourceDBInstanceIdentifier: 'main' }],
  [snapshotsStayInIndia, 'AWS::RDS::DBInstance', { AutomaticBackupReplicationRegion: 'ap-south-2' }],
  [snapshotsStayInIndia, 'Custom::AWS', { Create: '{"service":"SSM","action":"getParameter"}' }],
  [globalDatabasesInIndia, 'AWS::RDS::DBCluster', {}],
  [
    globalDatabasesInIndia,
    'AWS::ElastiCache::GlobalReplicationGroup',
    { Members: [{ ReplicationGroupRegion: 'ap-south-2' }] },
  ],
  [globalDatabasesInIndia, 'AWS::DSQL::Cluster', {}],
];

describe('copies of data', () => {
  it.each(BROKEN.map(([rule, type, properties]) => [rule.id, type, properties, rule] as const))(
    '%s does not let %s go with %j',
    (_, type, properties, rule) => {
      expect(holds(verdictOn(rule, type, properties, { Own: { Type: BUCKET } }))).toBe(false);
    },
  );

  it.each(WELL.map(([rule, type, properties]) => [rule.id, type, properties, rule] as const))(
    '%s lets %s go with %j',
    (_, type, properties, rule) => {
      expect(holds(verdictOn(rule, type, properties, { Own: { Type: BUCKET } }))).toBe(true);
    },
  );

  it('says which Region a replica is in', () => {
    expect(verdictOn(dynamoDbReplicasInIndia, TABLE, replicas('eu-west-1', 'us-east-1'))).toEqual([
      'is a global table with a replica in eu-west-1',
      'is a global table with a replica in us-east-1',
    ]);
  });

  it('goes by the Regions that an app allows', () => {
    const facts = { regions: ['ap-south-1', 'eu-west-1'] };
    expect(verdictOn(dynamoDbReplicasInIndia, TABLE, replicas('eu-west-1'), {}, { facts })).toEqual([]);
    expect(verdictOn(dynamoDbReplicasInIndia, TABLE, replicas('ap-south-2'), {}, { facts })).toHaveLength(1);
  });
});
