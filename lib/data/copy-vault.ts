import { Stack } from 'aws-cdk-lib';
import { BackupVault } from 'aws-cdk-lib/aws-backup';
import { PolicyDocument } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { Register } from '../../policies/schema';
import { DataKey } from '../keys/data-key';
import type { AppStage } from '../stage';
import { denyCopies, denyDeletion, lockOf } from './backup-lock';

/** Properties of a CopyVault. */
export interface CopyVaultProps {
  /** The parsed register: for how long a copy may be kept. */
  readonly register: Register;
  /** The deployment: whether the vault is locked for good. */
  readonly stage: AppStage;
}

/** Where recovery points are copied to: locked as the vault that they come from, and copied on to nowhere. */
export class CopyVault extends Construct {
  /** ARN with a literal Region, so that synth can see where copies go. */
  readonly arn: string;
  /** Key that encrypts the copies. */
  readonly key: DataKey;

  constructor(scope: Construct, id: string, { register, stage }: CopyVaultProps) {
    super(scope, id);
    this.key = new DataKey(this, 'Key', {
      description: 'DigiCRM: copies of backups of live personal data',
      userTag: 'digicrm:backup-key-user',
      services: ['backup'],
    });
    // A name of our own: the ARN of a vault that CloudFormation names is known only when it is deployed.
    const backupVaultName = `digicrm-copies-${stage.name}`;
    new BackupVault(this, 'Vault', {
      backupVaultName,
      encryptionKey: this.key.key,
      lockConfiguration: lockOf(register, stage),
      accessPolicy: new PolicyDocument({ statements: [denyDeletion(), denyCopies()] }),
    });
    const { partition, region, account } = Stack.of(this);
    this.arn = `arn:${partition}:backup:${region}:${account}:backup-vault:${backupVaultName}`;
  }
}
