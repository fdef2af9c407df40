import { Duration, TimeZone } from 'aws-cdk-lib';
import {
  BackupPlan,
  type BackupPlanCopyActionProps,
  BackupPlanRule,
  BackupResource,
  BackupVault,
  type IBackupVault,
} from 'aws-cdk-lib/aws-backup';
import { Schedule } from 'aws-cdk-lib/aws-events';
import { PolicyDocument } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { Register } from '../../policies/schema';
import { DataKey } from '../keys/data-key';
import type { AppStage } from '../stage';
import { denyCopies, denyDeletion, lockOf } from './backup-lock';
import { BackupRole } from './backup-role';
import type { PersonalDataBucket } from './personal-data-bucket';
import type { PersonalDataTable } from './personal-data-table';
import { RestoreRole } from './restore-role';

/** Properties of DailyBackups. */
export interface DailyBackupsProps {
  /** The parsed register: for how long a backup may be kept, and where it may be copied to. */
  readonly register: Register;
  /** The deployment: whether its vault is locked for good, and whether there is a second Region. */
  readonly stage: AppStage;
  /** Buckets of live personal data. */
  readonly buckets: readonly PersonalDataBucket[];
  /** Tables of live personal data. */
  readonly tables: readonly PersonalDataTable[];
  /** ARN of the vault in the replica Region to which each recovery point is copied. @default - no copies */
  readonly copyVaultArn?: string;
  /** Key of that vault. @default - the role of AWS Backup may use no key there */
  readonly copyVaultKey?: DataKey;
}

/**
 * A recovery point of the live stores every night, in a locked vault, gone after the register's days.
 *
 * What was erased from the stores lives on here until then, so the number is a promise and not a setting:
 * the vault refuses a longer one, and nobody may make copies elsewhere. The day on which nothing is left is
 * computed by lambda/retention/backups.ts from the same numbers.
 *
 * Not backed up here, on purpose: the vault of sealed data and the statutory books, whose own terms end
 * long before or after these; exports, which go within a week and can be made again; payloads on their way to
 * processors, of which nothing may come back; and the control table and that of transfers, which would take back
 * with them the record of erasures that a restore has to repeat, and of restrictions.
 */
export class DailyBackups extends Construct {
  /** The vault that keeps the recovery points. */
  readonly vault: IBackupVault;
  /** Role that AWS Backup reads the stores with. */
  readonly backupRole: BackupRole;
  /** Role that AWS Backup writes restored copies with; an operator passes it to a restore job. */
  readonly restoreRole: RestoreRole;

  constructor(scope: Construct, id: string, props: DailyBackupsProps) {
    super(scope, id);
    const { register, stage, buckets, tables } = props;
    const copyVaultArn = checkedCopyVault(props);
    const key = new DataKey(this, 'Key', {
      description: 'DigiCRM: backups of live personal data',
      userTag: 'digicrm:backup-key-user',
      services: ['backup'],
    });
    this.vault = new BackupVault(this, 'Vault', {
      encryptionKey: key.key,
      lockConfiguration: lockOf(register, stage),
      accessPolicy: new PolicyDocument({ statements: [denyDeletion(), denyCopies(copyVaultArn)] }),
    });
    const stores = { buckets, tables, vault: this.vault, vaultKey: key };
    this.backupRole = new BackupRole(this, 'BackupRole', { ...stores, copyVaultArn, copyVaultKey: props.copyVaultKey });
    this.restoreRole = new RestoreRole(this, 'RestoreRole', stores);

    const plan = new BackupPlan(this, 'Plan', {
      backupPlanName: `digicrm-live-data-${stage.name}`,
      backupPlanRules: [this.everyNight(register, copyVaultArn)],
    });
    plan.addSelection('LiveStores', {
      role: this.backupRole,
      // The managed policy would allow to read every store of the account.
      disableDefaultBackupPolicy: true,
      resources: [...buckets.map((b) => b.bucketArn), ...tables.map((t) => t.tableArn)].map(BackupResource.fromArn),
    });
  }

  private everyNight(register: Register, copyVaultArn: string | undefined): BackupPlanRule {
    const { retainDays } = register.retention.backups;
    return new BackupPlanRule({
      ruleName: 'every-night',
      backupVault: this.vault,
      scheduleExpression: Schedule.cron({ hour: '2', minute: '0' }),
      scheduleExpressionTimezone: TimeZone.ASIA_KOLKATA,
      startWindow: Duration.hours(1),
      completionWindow: Duration.hours(12),
      deleteAfter: Duration.days(retainDays.days),
      ...(copyVaultArn !== undefined && { copyActions: [this.copyTo(copyVaultArn, retainDays.days)] }),
    });
  }

  /** A copy keeps the day of creation of what it was copied from, so the same number ends on the same day. */
  private copyTo(vaultArn: string, days: number): BackupPlanCopyActionProps {
    const destinationBackupVault = BackupVault.fromBackupVaultArn(this, 'CopyVault', vaultArn);
    return { destinationBackupVault, deleteAfter: Duration.days(days) };
  }
}

/** The ARN, once it is certain that it is wanted and that it lies where data may be copied to. */
function checkedCopyVault({ register, stage, copyVaultArn }: DailyBackupsProps): string | undefined {
  const { enabled } = stage.config.switches.replicaRegion;
  if (copyVaultArn === undefined) {
    if (enabled) throw new Error(`Stage ${stage.name} has replicaRegion on: give copyVaultArn, the vault in it.`);
    return undefined;
  }
  if (!enabled) throw new Error(`Stage ${stage.name} has replicaRegion off, so no backup may be copied anywhere.`);
  const wanted = register.regions.replica.region;
  const found = regionOfVault(copyVaultArn);
  if (found === wanted) return copyVaultArn;
  throw new Error(`copyVaultArn must name a backup vault in ${wanted} literally, got ${found ?? 'no such ARN'}.`);
}

/** An attribute that is known only at deployment, as it stands in a string. */
const TOKEN = String.raw`\$\{Token\[[^\]]+\]\}`;
/** Partition and account may be known only at deployment; the Region may not. */
const VAULT_ARN = new RegExp(
  String.raw`^arn:(?:aws[a-z-]*|${TOKEN}):backup:([a-z0-9-]+):(?:\d{12}|${TOKEN}):backup-vault:[\w-]+$`,
);

function regionOfVault(arn: string): string | undefined {
  return VAULT_ARN.exec(arn)?.[1];
}
