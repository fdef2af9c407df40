import { backupVaultLocked } from '../../../../../lib/checks/dpdp/rules/retention/backup-vault-locked';
import { backupsLapse } from '../../../../../lib/checks/dpdp/rules/retention/backups-lapse';
import { databasesRecoverable } from '../../../../../lib/checks/dpdp/rules/retention/databases-recoverable';
import { storesAreRetained } from '../../../../../lib/checks/dpdp/rules/retention/stores-are-retained';
import { tablesRecoverable } from '../../../../../lib/checks/dpdp/rules/retention/tables-recoverable';
import { unrecoverableTablesHaveNoRecovery } from '../../../../../lib/checks/dpdp/rules/retention/unrecoverable-tables-have-no-recovery';
import { judge } from '../support/judge';
import { tags } from './support/stores';

const NO_VALUE = { Ref: 'AWS::NoValue' };

describe('BackupsLapse', () => {
  const verdict = (type: string, Properties: Record<string, unknown>) =>
    judge(backupsLapse, { It: { Type: type, Properties } }).It;
  const ends = (DeleteAfterDays: unknown) => ({ Lifecycle: { DeleteAfterDays } });
  const plan = (...rules: unknown[]) => verdict('AWS::Backup::BackupPlan', { BackupPlan: { BackupPlanRule: rules } });

  it.each([
    [ends(35)],
    [{ ...ends('35'), CopyActions: [ends(35)] }],
    [{ 'Fn::If': ['C', ends(7), ends(35)] }],
    [{ ...ends(7), CopyActions: NO_VALUE }],
  ])('is content with a plan that has %j', (rule) => {
    expect(plan(rule)).toBe('compliant');
  });

  it.each([
    [{}],
    [ends(36)],
    [ends({ Ref: 'Days' })],
    [{ ...ends(35), CopyActions: [ends(365)] }],
    [{ ...ends(35), CopyActions: [{}] }],
    [{ ...ends(35), CopyActions: { Ref: 'Copies' } }],
    [{ 'Fn::If': ['C', ends(7), ends(365)] }],
    [{ Lifecycle: { MoveToColdStorageAfterDays: 7 } }],
  ])('finds a plan that has %j', (rule) => {
    expect(plan(ends(35), rule)).toBe('broken');
  });

  const schedule = (RetainRule: unknown, CreateRule: unknown = undefined) => ({
    PolicyDetails: { Schedules: [{ RetainRule, CreateRule }] },
  });
  it.each([
    ['compliant', 'AWS::RDS::DBInstance', { BackupRetentionPeriod: '35' }],
    ['compliant', 'AWS::RDS::DBCluster', {}],
    ['compliant', 'AWS::ElastiCache::ReplicationGroup', { SnapshotRetentionLimit: 5 }],
    ['compliant', 'AWS::DLM::LifecyclePolicy', schedule({ Interval: 5, IntervalUnit: 'WEEKS' })],
    ['compliant', 'AWS::DLM::LifecyclePolicy', schedule({ Count: 14 }, { Interval: 24, IntervalUnit: 'HOURS' })],
    ['broken', 'AWS::DocDB::DBCluster', { BackupRetentionPeriod: { Ref: 'Days' } }],
    ['broken', 'AWS::Redshift::Cluster', { ManualSnapshotRetentionPeriod: -1 }],
    ['broken', 'AWS::MemoryDB::Cluster', { SnapshotRetentionLimit: 36 }],
    ['broken', 'AWS::DLM::LifecyclePolicy', schedule({ Interval: 2, IntervalUnit: 'MONTHS' })],
    ['broken', 'AWS::DLM::LifecyclePolicy', schedule({ Count: 14 })],
    ['broken', 'AWS::DLM::LifecyclePolicy', schedule({ Count: 90 }, { Interval: 24, IntervalUnit: 'HOURS' })],
  ])('says %s of an %s with %j', (expected, type, properties) => {
    expect(verdict(type, properties)).toBe(expected);
  });
});

describe('BackupVaultLocked', () => {
  const LOCK = { MinRetentionDays: 7, MaxRetentionDays: '35' };

  it.each([
    ['compliant', { LockConfiguration: LOCK }],
    ['broken', {}],
    ['broken', { LockConfiguration: { MinRetentionDays: 7 } }],
    ['broken', { LockConfiguration: { ...LOCK, MaxRetentionDays: 365 } }],
    ['broken', { LockConfiguration: { 'Fn::If': ['C', LOCK, NO_VALUE] } }],
    ['not-applicable', { BackupVaultTags: { 'digicrm:data-role': 'none' } }],
  ])('says %s of %j', (expected, Properties) => {
    expect(judge(backupVaultLocked, { It: { Type: 'AWS::Backup::BackupVault', Properties } }).It).toBe(expected);
  });
});

describe('TablesRecoverable', () => {
  const on = (PointInTimeRecoveryEnabled: unknown) => ({
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled },
  });

  it.each([
    ['compliant', tags('tenant', 'crm-records'), on(true)],
    ['compliant', tags('tenant', 'crm-records'), on('true')],
    ['broken', tags('tenant', 'crm-records'), on(false)],
    ['broken', tags('tenant', 'crm-records'), {}],
    ['broken', tags('tenant', 'crm-records'), on({ Ref: 'Recovery' })],
    ['broken', tags('tenant', 'crm-records'), on({ 'Fn::If': ['Prod', true, false] })],
    ['broken', tags(), {}],
    ['not-applicable', tags('none'), {}],
    ['not-applicable', tags('tenant', 'shredding-keys'), on(false)],
  ])('says %s of a table with %j and %j', (expected, Tags, more) => {
    const Properties = { Tags, ...more };
    expect(judge(tablesRecoverable, { It: { Type: 'AWS::DynamoDB::Table', Properties } }).It).toBe(expected);
  });

  it('looks at each replica of a global table', () => {
    const verdict = (...Replicas: unknown[]) =>
      judge(tablesRecoverable, { It: { Type: 'AWS::DynamoDB::GlobalTable', Properties: { Replicas } } }).It;
    expect(verdict(on(true), on(true))).toBe('compliant');
    expect(verdict(on(true), {})).toBe('broken');
    expect(verdict()).toBe('broken');
  });
});

describe('UnrecoverableTablesHaveNoRecovery', () => {
  const table = (more: Record<string, unknown> = {}) => ({
    Type: 'AWS::DynamoDB::Table',
    Properties: { Tags: tags('tenant', 'shredding-keys'), ...more },
  });
  const selection = (BackupSelection: unknown) => ({
    Type: 'AWS::Backup::BackupSelection',
    Properties: { BackupSelection },
  });
  const said = (BackupSelection: unknown, more = {}) =>
    judge(unrecoverableTablesHaveNoRecovery, { It: table(more), Selection: selection(BackupSelection) }).It;

  it.each([[{}], [{ PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: 'false' } }]])(
    'is content with a table of keys that has %j',
    (more) => {
      expect(said({ Resources: [{ 'Fn::GetAtt': ['Other', 'Arn'] }] }, more)).toEqual([]);
    },
  );

  it.each([
    [{ PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } }],
    [{ PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: { Ref: 'Recovery' } } }],
    [{ PointInTimeRecoverySpecification: { 'Fn::If': ['C', { PointInTimeRecoveryEnabled: true }, NO_VALUE] } }],
  ])('finds a table of keys that has %j', (more) => {
    expect(said({}, more)).toEqual(['PointInTimeRecovery']);
  });

  it.each([
    [{ Resources: [{ 'Fn::GetAtt': ['It', 'Arn'] }] }],
    [{ Resources: ['*'] }],
    [{ Resources: [{ 'Fn::Sub': 'arn:aws:dynamodb:*:*:table/*' }] }],
    [{ Resources: [{ 'Fn::Join': ['', ['arn:aws:dynamodb:ap-south-1:1:table/', { Ref: 'It' }]] }] }],
    [{ ListOfTags: [{ ConditionType: 'STRINGEQUALS', ConditionKey: 'digicrm:data-role', ConditionValue: 'tenant' }] }],
    [
      {
        Conditions: { StringEquals: [{ ConditionKey: 'aws:ResourceTag/digicrm:data-role', ConditionValue: 'tenant' }] },
      },
    ],
  ])('finds it in the backups that take %j', (BackupSelection) => {
    expect(said(BackupSelection)).toEqual(['BackupSelection']);
  });

  it('is content where the selection of everything leaves it out', () => {
    expect(said({ Resources: ['*'], NotResources: [{ 'Fn::GetAtt': ['It', 'Arn'] }] })).toEqual([]);
  });

  it('sees the selection of another stack', () => {
    const others = [{ Resources: { Selection: selection({ Resources: ['*'] }) } }];
    expect(judge(unrecoverableTablesHaveNoRecovery, { It: table() }, { others }).It).toEqual(['BackupSelection']);
  });

  it('has nothing to say of other tables', () => {
    expect(said({ Resources: ['*'] }, { Tags: tags('tenant', 'crm-records') })).toBe('not-applicable');
  });
});

describe('DatabasesRecoverable', () => {
  it.each([
    ['compliant', 'AWS::RDS::DBInstance', { BackupRetentionPeriod: 7 }],
    ['compliant', 'AWS::RDS::DBCluster', {}],
    ['broken', 'AWS::RDS::DBInstance', { BackupRetentionPeriod: '0' }],
    ['broken', 'AWS::Redshift::Cluster', { AutomatedSnapshotRetentionPeriod: 0 }],
    ['broken', 'AWS::RDS::DBCluster', { BackupRetentionPeriod: { Ref: 'Days' } }],
    ['not-applicable', 'AWS::RDS::DBInstance', { DBClusterIdentifier: { Ref: 'Cluster' } }],
    ['not-applicable', 'AWS::RDS::DBInstance', { BackupRetentionPeriod: 0, Tags: tags('none') }],
  ])('says %s of an %s with %j', (expected, Type, Properties) => {
    expect(judge(databasesRecoverable, { It: { Type, Properties } }).It).toBe(expected);
  });
});

describe('StoresAreRetained', () => {
  const kept = { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' };
  const said = (Type: string, Properties: Record<string, unknown>, policies: object = kept) =>
    judge(storesAreRetained, { It: { Type, Properties, ...policies } }).It;

  it.each([
    ['AWS::S3::Bucket', {}, kept],
    ['AWS::DynamoDB::Table', { DeletionProtectionEnabled: 'true' }, kept],
    ['AWS::Cognito::UserPool', { DeletionProtection: 'ACTIVE' }, kept],
    [
      'AWS::RDS::DBCluster',
      { DeletionProtection: true },
      { DeletionPolicy: 'Snapshot', UpdateReplacePolicy: 'Snapshot' },
    ],
    ['AWS::RDS::DBInstance', { DBClusterIdentifier: 'x' }, kept],
  ])('is content with an %s with %j', (type, properties, policies) => {
    expect(said(type, properties, policies)).toEqual([]);
  });

  it.each([
    ['AWS::S3::Bucket', {}, {}, ['DeletionPolicy', 'UpdateReplacePolicy']],
    ['AWS::S3::Bucket', {}, { ...kept, UpdateReplacePolicy: 'Delete' }, ['UpdateReplacePolicy']],
    ['AWS::DynamoDB::Table', {}, kept, ['DeletionProtectionEnabled']],
    ['AWS::DynamoDB::Table', { DeletionProtectionEnabled: { Ref: 'P' } }, kept, ['DeletionProtectionEnabled']],
    ['AWS::Cognito::UserPool', { DeletionProtection: 'INACTIVE' }, kept, ['DeletionProtection']],
  ])('finds an %s with %j and %j', (type, properties, policies, problems) => {
    expect(said(type, properties, policies)).toEqual(problems);
  });

  it('has nothing to say of a store that is free of personal data', () => {
    expect(said('AWS::S3::Bucket', { Tags: tags('none') }, {})).toBe('not-applicable');
  });
});
