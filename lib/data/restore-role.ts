import { Aws, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { RESTORED_PREFIX } from '../../lambda/shared/names';
import { acknowledgeWildcard } from '../checks/acknowledge';
import { RISKS } from '../checks/risks';
import type { BackupRoleProps } from './backup-role';

const MAKE_BUCKET = [
  's3:CreateBucket',
  's3:GetBucketLocation',
  's3:GetBucketOwnershipControls',
  's3:GetBucketVersioning',
  's3:ListBucket',
  's3:ListBucketVersions',
  's3:PutBucketOwnershipControls',
  's3:PutBucketVersioning',
];
const WRITE_OBJECTS = [
  's3:DeleteObject',
  's3:GetObject',
  's3:GetObjectAcl',
  's3:GetObjectTagging',
  's3:GetObjectVersion',
  's3:GetObjectVersionAcl',
  's3:ListMultipartUploadParts',
  's3:PutObject',
  's3:PutObjectAcl',
  's3:PutObjectTagging',
  's3:PutObjectVersionAcl',
];
const WRITE_TABLE = [
  'dynamodb:BatchWriteItem',
  'dynamodb:DeleteItem',
  'dynamodb:DescribeTable',
  'dynamodb:GetItem',
  'dynamodb:PutItem',
  'dynamodb:Query',
  'dynamodb:RestoreTableFromAwsBackup',
  'dynamodb:Scan',
  'dynamodb:UpdateItem',
];

/**
 * Writes recovery points into new buckets and tables whose names begin with `digicrm-restored-`, so that a
 * restore can neither overwrite a live store nor bring back into it what was erased.
 */
export class RestoreRole extends Role {
  constructor(scope: Construct, id: string, props: BackupRoleProps) {
    super(scope, id, {
      assumedBy: new ServicePrincipal('backup.amazonaws.com'),
      description: `AWS Backup restores into new stores named ${RESTORED_PREFIX}...`,
    });
    const bucket = `arn:${Aws.PARTITION}:s3:::${RESTORED_PREFIX}*`;
    const table = `arn:${Aws.PARTITION}:dynamodb:${Stack.of(this).region}:${Aws.ACCOUNT_ID}:table/${RESTORED_PREFIX}*`;
    this.allow(MAKE_BUCKET, bucket);
    this.allow(WRITE_OBJECTS, `${bucket}/*`);
    this.allow(WRITE_TABLE, table);
    for (const arn of [bucket, `${bucket}/*`, table])
      acknowledgeWildcard(
        this,
        {
          ...RISKS.restoredCopies,
          reason: 'A restored copy gets its name when it is restored; no live store has such a name.',
        },
        arn,
      );
    for (const { tableArn } of props.tables) this.restoreFrom(`${tableArn}/backup/*`);
    for (const { dataKey } of props.buckets) dataKey.grantUse(this, 's3');
    for (const { dataKey } of props.tables) {
      dataKey.grantUse(this, 'dynamodb');
      dataKey.grantGrants(this, 'dynamodb');
    }
    props.vaultKey.grantDecrypt(this, 'backup');
    props.vaultKey.grantGrants(this, 'backup');
  }

  private restoreFrom(backups: string): void {
    this.allow(['dynamodb:RestoreTableFromBackup'], backups);
    acknowledgeWildcard(
      this,
      { ...RISKS.namesByService, reason: 'Which backup of this one table is restored is chosen when it is needed.' },
      backups,
    );
  }

  private allow(actions: string[], ...resources: string[]): void {
    this.addToPolicy(new PolicyStatement({ actions, resources }));
  }
}
