import { Stack, type StackProps } from 'aws-cdk-lib';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { Register } from '../../policies/schema';
import { retentionOfAtLeast } from '../control-plane/log-retention';
import { PermissionBoundary } from '../guardrails/permission-boundary';
import type { AppStage } from '../stage';
import { AccessLogBucket } from './access-log-bucket';
import { CertificateKeys } from './certificate-keys';
import { ConfigurationHistory } from './configuration-history';
import { EgressKey } from './egress-key';
import { LedgerStorage } from './ledger-storage';
import { LogArchive } from './log-archive';
import { LogKey } from './log-key';
import { Trail } from './trail';
import { trailArnOf, trailNameOf } from './trail-name';

/** Properties of the AuditStack. */
export interface AuditStackProps extends StackProps {
  /** The parsed register: for how long logs are kept. */
  readonly register: Register;
  /** The stage: whether its cloud has trails, and how firmly logs are locked. */
  readonly stage: AppStage;
}

/** What proves things afterwards: access logs, the trail and its archive, and the keys behind certificates. */
export class AuditStack extends Stack {
  /** Receives the server access logs of the data buckets. */
  readonly accessLogs: IBucket;
  /** Receives the logs of the trail and of networks. */
  readonly logArchive: LogArchive;
  /** Receives what AWS Config records. */
  readonly configurationHistory: ConfigurationHistory;
  /** Records every call. @default - the stage's cloud has no trails */
  readonly trail?: Trail;
  /** Keys that sign certificates and hash subject ids. */
  readonly certificateKeys: CertificateKeys;
  /** Key that signs what goes to processors. */
  readonly egressKey: EgressKey;
  /** The ledger's tree, and the key that signs it. */
  readonly ledger: LedgerStorage;
  /** The most that any role of the app may do. */
  readonly boundary: PermissionBoundary;

  constructor(scope: Construct, id: string, props: AuditStackProps) {
    super(scope, id, props);
    const { lifecycle } = props.register.retention;
    const incompleteUploadDays = lifecycle.incompleteUploadDays.days;
    this.accessLogs = new AccessLogBucket(this, 'AccessLogs', {
      keepDays: lifecycle.accessLogDays.days,
      incompleteUploadDays,
    });

    const name = trailNameOf(props.stage.name);
    const trailArn = trailArnOf(this, name);
    const key = new LogKey(this, 'LogKey', { trailName: name });
    const logs = { key, accessLogs: this.accessLogs, keepDays: lifecycle.logLockDays.days, incompleteUploadDays };
    const lockMode = props.stage.config.logLock.mode;
    this.logArchive = new LogArchive(this, 'LogArchive', { ...logs, trailArn, lockMode });
    this.configurationHistory = new ConfigurationHistory(this, 'ConfigurationHistory', logs);
    if (props.stage.has('trail'))
      this.trail = new Trail(this, 'Trail', {
        name,
        key,
        archive: this.logArchive,
        logBuckets: [this.logArchive, this.configurationHistory, this.accessLogs],
        logRetention: retentionOfAtLeast(lifecycle.functionLogDays.days),
      });

    this.certificateKeys = new CertificateKeys(this, 'CertificateKeys');
    this.egressKey = new EgressKey(this, 'EgressKey');
    this.ledger = new LedgerStorage(this, 'Ledger', {
      stageName: props.stage.name,
      accessLogs: this.accessLogs,
      lockDays: lifecycle.ledgerLockDays.days,
      lockMode,
      incompleteUploadDays,
    });
    this.boundary = new PermissionBoundary(this, 'Boundary', {
      register: props.register,
      stageName: props.stage.name,
    });
  }
}
