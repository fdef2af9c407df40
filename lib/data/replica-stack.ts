import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Register } from '../../policies/schema';
import { AccessLogBucket } from '../audit/access-log-bucket';
import { LedgerBucket } from '../audit/ledger-bucket';
import { DataKey } from '../keys/data-key';
import type { AppStage } from '../stage';
import { CopyVault } from './copy-vault';
import { REPLICATOR, ReplicaBucket } from './replica-bucket';

/** Properties of the DataReplicaStack. */
export interface DataReplicaStackProps extends StackProps {
  /** The parsed register: lifecycle numbers and data classes. */
  readonly register: Register;
  /** The deployment this stack belongs to. */
  readonly stage: AppStage;
}

/** The second place in India: a copy of customer files, and one of the backups. The only place data may be copied to. */
export class DataReplicaStack extends Stack {
  /** The copy of customer files. */
  readonly customerFiles: ReplicaBucket;
  /** A copy of every checkpoint of the ledger. */
  readonly checkpoints: LedgerBucket;
  /** Where backups are copied to; undefined where the stage makes none. */
  readonly copyVault: CopyVault | undefined;

  constructor(scope: Construct, id: string, props: DataReplicaStackProps) {
    super(scope, id, props);
    const { register, stage } = props;
    const { lifecycle } = register.retention;
    // S3 delivers access logs within a Region alone.
    const accessLogs = new AccessLogBucket(this, 'ReplicaAccessLogs', {
      keepDays: lifecycle.accessLogDays.days,
      incompleteUploadDays: lifecycle.incompleteUploadDays.days,
    });
    const key = new DataKey(this, 'ReplicaKey', {
      description: 'DigiCRM: copies of what tenants upload (DigiCRM is processor)',
      userTag: REPLICATOR,
      services: ['s3'],
    });
    this.customerFiles = new ReplicaBucket(this, 'CustomerFilesReplica', {
      storeId: 'customer-files-replica',
      replicaOf: 'customer-files',
      dataRole: 'tenant',
      dataClass: 'customer-files',
      purpose: 'Copies of the files that a tenant attaches to its customers and leads, in case Mumbai is lost.',
      key,
      accessLogs,
      noncurrentDays: lifecycle.noncurrentDays.days,
      incompleteUploadDays: lifecycle.incompleteUploadDays.days,
    });
    this.checkpoints = new LedgerBucket(this, 'Checkpoints', {
      key: new DataKey(this, 'CheckpointsKey', {
        description: 'DigiCRM: copies of checkpoints of the ledger',
        userTag: 'digicrm:checkpoints-key-user',
        services: ['s3'],
      }),
      accessLogs,
      accessLogPrefix: 'checkpoints/',
      lockDays: lifecycle.ledgerLockDays.days,
      lockMode: stage.config.logLock.mode,
      incompleteUploadDays: lifecycle.incompleteUploadDays.days,
    });
    if (stage.config.switches.backups.enabled) this.copyVault = new CopyVault(this, 'CopyVault', { register, stage });
  }
}
