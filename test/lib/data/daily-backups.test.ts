import { Aws } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import fc from 'fast-check';
import { DailyBackups } from '../../../lib/data/daily-backups';
import { PersonalDataBucket } from '../../../lib/data/personal-data-bucket';
import { PersonalDataTable } from '../../../lib/data/personal-data-table';
import type { AppStage } from '../../../lib/stage';
import { loadRegister } from '../../../policies/load';
import { smallApp } from '../support/small-app';

const register = loadRegister();
const { backups: numbers } = register.retention;
const COPY_VAULT = 'arn:aws:backup:ap-south-2:111122223333:backup-vault:copies';

/** The stage as the register has it, with or without a second Region. */
function stageNamed(name: string, replicaRegion = false): AppStage {
  const config = register.stages.stages[name];
  if (config === undefined) throw new Error(`no stage ${name}`);
  const replica = replicaRegion ? { enabled: true as const } : { enabled: false as const, reason: 'not in this test' };
  return { name, has: () => true, config: { ...config, switches: { ...config.switches, replicaRegion: replica } } };
}

function backupsOf(stage: AppStage, copyVaultArn?: string): Template {
  const { stack, key, accessLogs } = smallApp();
  const common = { dataRole: 'tenant' as const, purpose: 'Data of a test.', key };
  const bucket = new PersonalDataBucket(stack, 'Files', {
    ...common,
    storeId: 'customer-files',
    dataClass: 'customer-files',
    accessLogs,
    noncurrentDays: 89,
    incompleteUploadDays: 7,
  });
  const table = new PersonalDataTable(stack, 'Rows', {
    ...common,
    storeId: 'crm-records',
    dataClass: 'crm-records',
  });
  new DailyBackups(stack, 'Backups', { register, stage, buckets: [bucket], tables: [table], copyVaultArn });
  return Template.fromStack(stack);
}

describe('DailyBackups', () => {
  it('makes one recovery point a night and lets it go on the register’s day', () => {
    backupsOf(stageNamed('dev')).hasResourceProperties('AWS::Backup::BackupPlan', {
      BackupPlan: {
        BackupPlanRule: [
          {
            ScheduleExpression: 'cron(0 2 * * ? *)',
            ScheduleExpressionTimezone: 'Asia/Kolkata',
            Lifecycle: { DeleteAfterDays: numbers.retainDays.days },
            CopyActions: Match.absent(),
            EnableContinuousBackup: Match.absent(),
          },
        ],
      },
    });
  });

  it('takes the live stores by name and nothing by tag', () => {
    backupsOf(stageNamed('dev')).hasResourceProperties('AWS::Backup::BackupSelection', {
      BackupSelection: {
        Resources: [
          { 'Fn::GetAtt': [Match.stringLikeRegexp('^Files'), 'Arn'] },
          { 'Fn::GetAtt': [Match.stringLikeRegexp('^Rows'), 'Arn'] },
        ],
        ListOfTags: Match.absent(),
      },
    });
  });

  it('refuses longer and shorter recovery points, with a lock for good in prod alone', () => {
    const lock = { MinRetentionDays: numbers.leastDays.days, MaxRetentionDays: numbers.ceilingDays.days };
    backupsOf(stageNamed('dev')).hasResourceProperties('AWS::Backup::BackupVault', {
      LockConfiguration: { ...lock, ChangeableForDays: Match.absent() },
    });
    backupsOf(stageNamed('prod')).hasResourceProperties('AWS::Backup::BackupVault', {
      LockConfiguration: { ...lock, ChangeableForDays: numbers.lockGraceDays.days },
    });
  });

  it('encrypts the vault with a key of its own and lets nobody delete, prolong or copy', () => {
    const template = backupsOf(stageNamed('prod'));
    template.hasResourceProperties('AWS::Backup::BackupVault', {
      EncryptionKeyArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^BackupsKey'), 'Arn'] },
      AccessPolicy: {
        Statement: [
          Match.objectLike({
            Effect: 'Deny',
            Principal: '*',
            Action: Match.arrayWith(['backup:DeleteRecoveryPoint', 'backup:UpdateRecoveryPointLifecycle']),
          }),
          {
            Sid: 'NobodyCopies',
            Effect: 'Deny',
            Principal: '*',
            Action: ['backup:StartCopyJob', 'backup:CopyFromBackupVault'],
            Resource: '*',
          },
        ],
      },
    });
  });

  it('keeps the role that removes what has ended, even when the stack goes', () => {
    backupsOf(stageNamed('prod')).hasResource('AWS::IAM::Role', {
      DeletionPolicy: 'Retain',
      Properties: { Description: Match.stringLikeRegexp('reads the live stores') },
    });
  });

  it('uses no managed policy, which would reach every store of the account', () => {
    for (const role of Object.values(backupsOf(stageNamed('prod')).findResources('AWS::IAM::Role')))
      expect(role.Properties).not.toHaveProperty('ManagedPolicyArns');
  });
});

describe('copies', () => {
  it('go to the vault in Hyderabad, end on the same day, and are denied to anywhere else', () => {
    const template = backupsOf(stageNamed('prod', true), COPY_VAULT);
    template.hasResourceProperties('AWS::Backup::BackupPlan', {
      BackupPlan: {
        BackupPlanRule: [
          {
            CopyActions: [
              { DestinationBackupVaultArn: COPY_VAULT, Lifecycle: { DeleteAfterDays: numbers.retainDays.days } },
            ],
          },
        ],
      },
    });
    template.hasResourceProperties('AWS::Backup::BackupVault', {
      AccessPolicy: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Sid: 'NobodyCopiesElsewhere',
            Condition: { ArnNotEquals: { 'backup:CopyTargets': COPY_VAULT } },
          }),
        ]),
      },
    });
  });

  it('go there as well in an account that is known only at deployment', () => {
    const arn = `arn:${Aws.PARTITION}:backup:ap-south-2:${Aws.ACCOUNT_ID}:backup-vault:copies`;
    expect(() => backupsOf(stageNamed('prod', true), arn)).not.toThrow();
  });

  it('are refused to every other Region, whatever the ARN looks like', () => {
    const region = fc.oneof(
      fc.constantFrom('ap-south-1', 'us-east-1', 'eu-west-1', 'ap-southeast-2', 'me-central-1', ''),
      fc.stringMatching(/^[a-z]{2}-[a-z]{4,9}-\d$/),
    );
    fc.assert(
      fc.property(region, fc.stringMatching(/^[\w-]{1,20}$/), (where, name) => {
        fc.pre(where !== 'ap-south-2');
        const arn = `arn:aws:backup:${where}:111122223333:backup-vault:${name}`;
        expect(() => backupsOf(stageNamed('prod', true), arn)).toThrow(/ap-south-2 literally/);
      }),
      { numRuns: 30 },
    );
  });

  it.each([
    ['a Region that is known only at deployment', `arn:aws:backup:${Aws.REGION}:111122223333:backup-vault:copies`],
    ['something else than a vault', 'arn:aws:s3:::ap-south-2-copies'],
    ['a name that only mentions the Region', 'arn:aws:backup:us-east-1:111122223333:backup-vault:ap-south-2'],
  ])('are refused to %s', (_, arn) => {
    expect(() => backupsOf(stageNamed('prod', true), arn)).toThrow(/ap-south-2 literally/);
  });

  it('need the stage’s switch, and the switch needs a vault', () => {
    expect(() => backupsOf(stageNamed('prod'), COPY_VAULT)).toThrow(/replicaRegion off/);
    expect(() => backupsOf(stageNamed('prod', true))).toThrow(/give copyVaultArn/);
  });
});
