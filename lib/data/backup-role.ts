import { Aws, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { IBackupVault } from 'aws-cdk-lib/aws-backup';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { acknowledge, acknowledgeWildcard } from '../checks/acknowledge';
import { RISKS } from '../checks/risks';
import type { DataKey } from '../keys/data-key';
import type { PersonalDataBucket } from './personal-data-bucket';
import type { PersonalDataTable } from './personal-data-table';

/** What the roles of AWS Backup work on. */
export interface BackupRoleProps {
  readonly buckets: readonly PersonalDataBucket[];
  readonly tables: readonly PersonalDataTable[];
  /** The vault that keeps the recovery points. */
  readonly vault: IBackupVault;
  /** Key that encrypts the recovery points. */
  readonly vaultKey: DataKey;
}

/** Where recovery points are copied to. */
interface CopyProps {
  readonly copyVaultArn?: string;
  readonly copyVaultKey?: DataKey;
}

const SEE_BUCKET = [
  's3:GetBucketAcl',
  's3:GetBucketLocation',
  's3:GetBucketNotification',
  's3:GetBucketTagging',
  's3:GetBucketVersioning',
  's3:GetInventoryConfiguration',
  's3:ListBucket',
  's3:ListBucketVersions',
  // How AWS Backup learns what has changed since the night before.
  's3:PutBucketNotification',
  's3:PutInventoryConfiguration',
];
const READ_OBJECTS = [
  's3:GetObject',
  's3:GetObjectAcl',
  's3:GetObjectTagging',
  's3:GetObjectVersion',
  's3:GetObjectVersionAcl',
  's3:GetObjectVersionTagging',
];
const READ_TABLE = [
  'dynamodb:CreateBackup',
  'dynamodb:DescribeTable',
  'dynamodb:ListTagsOfResource',
  'dynamodb:StartAwsBackupJob',
];
const OWN_EVENT_RULE = [
  'events:DeleteRule',
  'events:DescribeRule',
  'events:DisableRule',
  'events:EnableRule',
  'events:ListTargetsByRule',
  'events:PutRule',
  'events:PutTargets',
  'events:RemoveTargets',
];

/**
 * Reads the live stores into the vault, and nothing else: the permissions of AWS's managed policies, cut down
 * to these stores. It outlives its stack, because AWS Backup also needs it to remove what has ended.
 */
export class BackupRole extends Role {
  constructor(scope: Construct, id: string, props: BackupRoleProps & CopyProps) {
    super(scope, id, {
      assumedBy: new ServicePrincipal('backup.amazonaws.com'),
      description: 'AWS Backup reads the live stores of personal data into the backup vault',
    });
    this.applyRemovalPolicy(RemovalPolicy.RETAIN);
    for (const bucket of props.buckets) this.readBucket(bucket);
    for (const table of props.tables) this.readTable(table);
    this.seeChanges();
    const vaults = [props.vault.backupVaultArn, ...(props.copyVaultArn === undefined ? [] : [props.copyVaultArn])];
    this.allow(['backup:CopyIntoBackupVault', 'backup:DescribeBackupVault'], ...vaults);
    if (props.copyVaultArn !== undefined) this.copyRecoveryPoints();
    props.vaultKey.grantUse(this, 'backup');
    props.vaultKey.grantGrants(this, 'backup');
    props.copyVaultKey?.grantUse(this, 'backup');
    props.copyVaultKey?.grantGrants(this, 'backup');
  }

  private readBucket(bucket: PersonalDataBucket): void {
    const objects = bucket.arnForObjects('*');
    this.allow(SEE_BUCKET, bucket.bucketArn);
    this.allow(READ_OBJECTS, objects);
    acknowledgeWildcard(
      this,
      { ...RISKS.objectNames, reason: 'A backup of a bucket is one of all its objects; the bucket is named.' },
      objects,
    );
    bucket.dataKey.grantDecrypt(this, 's3');
  }

  private readTable(table: PersonalDataTable): void {
    const backups = `${table.tableArn}/backup/*`;
    this.allow(READ_TABLE, table.tableArn);
    this.allow(['dynamodb:DescribeBackup', 'dynamodb:DeleteBackup'], backups);
    acknowledgeWildcard(
      this,
      { ...RISKS.namesByService, reason: 'AWS Backup removes the backups of this one table when their days are over.' },
      backups,
    );
    table.dataKey.grantDecrypt(this, 'dynamodb');
  }

  /** What AWS Backup needs to find its work; none of it shows what is in a store. */
  private seeChanges(): void {
    const { region } = Stack.of(this);
    const rules = `arn:${Aws.PARTITION}:events:${region}:${Aws.ACCOUNT_ID}:rule/AwsBackupManagedRule*`;
    const points = `arn:${Aws.PARTITION}:backup:${region}:${Aws.ACCOUNT_ID}:recovery-point:*`;
    this.allow(OWN_EVENT_RULE, rules);
    this.allow(['backup:TagResource'], points);
    this.allow(['cloudwatch:GetMetricData', 'events:ListRules', 'tag:GetResources'], '*');
    acknowledgeWildcard(
      this,
      { ...RISKS.namesByService, reason: 'AWS Backup names its own event rules when it makes them; only those match.' },
      rules,
    );
    acknowledgeWildcard(
      this,
      {
        ...RISKS.namesByService,
        reason: 'A recovery point is named when it is made; the role may only add tags to it.',
      },
      points,
    );
    acknowledge(
      this,
      {
        ...RISKS.noResourceToName,
        reason:
          'Lists of metrics, event rules and tags have no resources to name; they show nothing of what is in a store.',
      },
      'AwsSolutions::AwsSolutions-IAM5[Resource::*]',
    );
  }

  /** From which points is decided by their vault's policy, which names the one target. */
  private copyRecoveryPoints(): void {
    const points = `arn:${Aws.PARTITION}:backup:${Stack.of(this).region}:${Aws.ACCOUNT_ID}:recovery-point:*`;
    this.allow(['backup:CopyFromBackupVault'], points);
  }

  private allow(actions: string[], ...resources: string[]): void {
    this.addToPolicy(new PolicyStatement({ actions, resources }));
  }
}
