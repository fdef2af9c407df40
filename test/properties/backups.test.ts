import { isDeepStrictEqual } from 'node:util';
import { loadRegister } from '../../policies/load';
import { Cloud } from '../lib/support/iam';
import { resolveTemplates } from '../lib/support/resolve';
import { templatesOf } from '../lib/support/stages';

const register = loadRegister();
const ceiling = register.retention.backups.ceilingDays.days;
const resourcesOf = (stage: string) => Object.values(resolveTemplates(templatesOf(stage)));

/** Every number of days, at any depth, whose name says that it is how long a copy is kept. */
function keepingDays(value: unknown): number[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    /^(DeleteAfterDays|MaxRetentionDays|RecoveryPeriodInDays)$/.test(name) ? [Number(inner)] : keepingDays(inner),
  );
}

/** Every target of a copy, at any depth. */
function copyTargets(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    name === 'DestinationBackupVaultArn' ? [String(inner)] : copyTargets(inner),
  );
}

const on = (days: number) => ({ PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: days });

describe.each(['local', 'dev', 'prod'])('backups of stage %s', (stage) => {
  const resources = resourcesOf(stage);
  const all = (type: string) => resources.filter((resource) => resource.Type === type);
  const tables = all('AWS::DynamoDB::Table');

  it('are kept for no longer than the register says, every one of them', () => {
    const days = keepingDays(resources);
    expect(days.length).toBeGreaterThanOrEqual(tables.length - 1);
    expect(Math.max(...days)).toBe(ceiling);
  });

  it('each have an end, and a table its own number of days', () => {
    for (const plan of all('AWS::Backup::BackupPlan')) {
      const { BackupPlanRule: rules } = plan.Properties.BackupPlan as { BackupPlanRule: Record<string, unknown>[] };
      for (const rule of rules) expect(rule).toMatchObject({ Lifecycle: { DeleteAfterDays: expect.any(Number) } });
    }
    const numbers = tables.map(({ Properties }) => Properties.PointInTimeRecoverySpecification);
    const days = register.retention.backups.pointInTimeDays.days;
    // The one of payloads, of which nothing may come back.
    expect(numbers.filter((each) => !isDeepStrictEqual(each, on(days)))).toEqual([
      { PointInTimeRecoveryEnabled: false },
    ]);
  });

  it('have no payload of a transfer in them, and the tokens that stand for people', () => {
    const selected = JSON.stringify(all('AWS::Backup::BackupSelection'));
    if (register.stages.stages[stage]?.switches.backups.enabled) expect(selected).toContain('table/transfertokens');
    expect(selected).not.toContain('transferpayloads');
  });

  it('are copied nowhere but to the second Region in India, and there only where the stage has one', () => {
    const targets = copyTargets(resources);
    expect(targets.filter((arn) => arn.split(':')[3] !== register.regions.replica.region)).toEqual([]);
    if (!register.stages.stages[stage]?.switches.replicaRegion.enabled) expect(targets).toEqual([]);
  });

  it('exist exactly where the stage’s switches say so, with the copies of them in the second Region', () => {
    const { backups, replicaRegion } = register.stages.stages[stage]?.switches ?? {};
    const regions = all('AWS::Backup::BackupVault').map(({ region }) => region);
    const wanted = ['ap-south-1', ...(replicaRegion?.enabled ? ['ap-south-2'] : [])];
    expect(regions.sort()).toEqual(backups?.enabled ? wanted : []);
  });
});

describe('the lock of the vault', () => {
  it('has the register’s ceiling as its maximum', () => {
    for (const stage of ['dev', 'prod'])
      for (const { Properties } of resourcesOf(stage).filter((r) => r.Type === 'AWS::Backup::BackupVault'))
        expect(Properties).toMatchObject({ LockConfiguration: { MaxRetentionDays: ceiling } });
  });
});

describe('the roles of AWS Backup', () => {
  const cloud = new Cloud('prod');
  const files = `${cloud.arn('AWS::S3::Bucket', 'CustomerFiles')}/acme/00/p1/a.pdf`;
  const records = cloud.arn('AWS::DynamoDB::Table', 'CrmRecords');

  it.each([
    ['s3:GetObjectVersion', files, 'Allowed'],
    ['dynamodb:StartAwsBackupJob', records, 'Allowed'],
    ['s3:PutObject', files, 'ImplicitlyDenied'],
    ['s3:DeleteObjectVersion', files, 'ImplicitlyDenied'],
    ['dynamodb:BatchWriteItem', records, 'ImplicitlyDenied'],
    ['s3:GetObjectVersion', `${cloud.arn('AWS::S3::Bucket', 'Exports')}/acme/_/all.csv`, 'ImplicitlyDenied'],
    ['s3:GetObject', `${cloud.arn('AWS::S3::Bucket', 'AccessLogs')}/x`, 'ImplicitlyDenied'],
  ])('the one that backs up: %s on %s is %s', async (action, resource, verdict) => {
    expect(await cloud.asRole('BackupsBackupRole', { action, resource })).toBe(verdict);
  });

  it('the one that backs up copies into the second Region, under the key there', async () => {
    const vault = 'arn:aws:backup:ap-south-2:111122223333:backup-vault:digicrm-copies-prod';
    const copy = { action: 'backup:CopyIntoBackupVault', resource: vault };
    expect(await cloud.asRole('BackupsBackupRole', copy)).toBe('Allowed');
    const elsewhere = vault.replace('ap-south-2', 'us-east-1');
    expect(await cloud.asRole('BackupsBackupRole', { ...copy, resource: elsewhere })).toBe('ImplicitlyDenied');
    const key = {
      action: 'kms:GenerateDataKey',
      resource: cloud.arn('AWS::KMS::Key', 'CopyVaultKey'),
      resourcePolicy: cloud.policyOf('AWS::KMS::Key', 'CopyVaultKey'),
    };
    const via = (region: string) => ({ 'kms:ViaService': `backup.${region}.amazonaws.com` });
    expect(await cloud.asRole('BackupsBackupRole', { ...key, context: via('ap-south-2') })).toBe('Allowed');
    expect(await cloud.asRole('BackupsBackupRole', { ...key, context: via('ap-south-1') })).toBe('ImplicitlyDenied');
  });

  it.each([
    ['s3:PutObject', 'arn:aws:s3:::digicrm-restored-files/acme/00/p1/a.pdf', 'Allowed'],
    [
      'dynamodb:RestoreTableFromAwsBackup',
      'arn:aws:dynamodb:ap-south-1:111122223333:table/digicrm-restored-records',
      'Allowed',
    ],
    ['s3:PutObject', files, 'ImplicitlyDenied'],
    ['dynamodb:PutItem', records, 'ImplicitlyDenied'],
    ['dynamodb:RestoreTableFromAwsBackup', records, 'ImplicitlyDenied'],
  ])('the one that restores: %s on %s is %s', async (action, resource, verdict) => {
    expect(await cloud.asRole('BackupsRestoreRole', { action, resource })).toBe(verdict);
  });
});

describe('the person who replays erasures', () => {
  const cloud = new Cloud('prod');
  const asOperator = (request: Parameters<Cloud['asRole']>[1]) => cloud.asRole('ReplayOperatorRole', request);
  const copy = 'arn:aws:dynamodb:ap-south-1:111122223333:table/digicrm-restored-records';
  const control = cloud.arn('AWS::DynamoDB::Table', 'Table');
  const keysOnly = { 'dynamodb:Attributes': ['pk', 'sk'] };

  it.each([
    ['dynamodb:Query', copy, keysOnly, 'Allowed'],
    ['dynamodb:BatchWriteItem', copy, keysOnly, 'Allowed'],
    ['dynamodb:Query', copy, { 'dynamodb:Attributes': ['pk', 'sk', 'name'] }, 'ImplicitlyDenied'],
    ['dynamodb:Query', copy, { 'dynamodb:Select': 'ALL_ATTRIBUTES' }, 'ImplicitlyDenied'],
    ['s3:DeleteObjectVersion', 'arn:aws:s3:::digicrm-restored-files/acme/00/p1/a.pdf', {}, 'Allowed'],
    ['s3:GetObject', 'arn:aws:s3:::digicrm-restored-files/acme/00/p1/a.pdf', {}, 'ImplicitlyDenied'],
    ['s3:DeleteObjectVersion', `${cloud.arn('AWS::S3::Bucket', 'CustomerFiles')}/a`, {}, 'ImplicitlyDenied'],
    ['dynamodb:BatchWriteItem', cloud.arn('AWS::DynamoDB::Table', 'CrmRecords'), keysOnly, 'ImplicitlyDenied'],
    ['dynamodb:Scan', control, {}, 'Allowed'],
    ['dynamodb:PutItem', control, { 'dynamodb:LeadingKeys': ['LINE#er-1'] }, 'ImplicitlyDenied'],
  ])('%s on %s is, with %j, %s', async (action, resource, context, verdict) => {
    expect(await asOperator({ action, resource, context })).toBe(verdict);
  });

  it('may hash ids, as the key itself agrees', async () => {
    const resource = cloud.arn('AWS::KMS::Key', 'CertificateKeysSubjectHash');
    const resourcePolicy = cloud.policyOf('AWS::KMS::Key', 'CertificateKeysSubjectHash');
    const context = { 'kms:MacAlgorithm': 'HMAC_SHA_256' };
    expect(await asOperator({ action: 'kms:GenerateMac', resource, resourcePolicy, context })).toBe('Allowed');
  });

  it('needs a second factor to become that role', () => {
    const role = Object.entries(resolveTemplates(templatesOf('prod'))).find(([id]) =>
      id.startsWith('ReplayOperatorRole'),
    );
    expect(role?.[1].Properties.AssumeRolePolicyDocument).toMatchObject({
      Statement: [{ Effect: 'Allow', Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } }],
    });
  });
});
