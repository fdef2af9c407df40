import { Stack, type StackProps } from 'aws-cdk-lib';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { Register } from '../../policies/schema';
import { PermissionBoundary } from '../guardrails/permission-boundary';
import { AccessLogBucket } from './access-log-bucket';
import { CertificateKeys } from './certificate-keys';
import { LogArchive } from './log-archive';

/** Properties of the AuditStack. */
export interface AuditStackProps extends StackProps {
  /** The parsed register: for how long logs are kept. */
  readonly register: Register;
  /** Name of the stage, which the permission boundary carries. */
  readonly stageName: string;
}

/** What proves things afterwards: access logs, and the keys behind certificates. */
export class AuditStack extends Stack {
  /** Receives the server access logs of the data buckets. */
  readonly accessLogs: IBucket;
  /** Receives the logs of networks, trails and configurations. */
  readonly logArchive: IBucket;
  /** Keys that sign certificates and hash subject ids. */
  readonly certificateKeys: CertificateKeys;
  /** The most that any role of the app may do. */
  readonly boundary: PermissionBoundary;

  constructor(scope: Construct, id: string, props: AuditStackProps) {
    super(scope, id, props);
    const { lifecycle } = props.register.retention;
    this.accessLogs = new AccessLogBucket(this, 'AccessLogs', {
      keepDays: lifecycle.accessLogDays.days,
      incompleteUploadDays: lifecycle.incompleteUploadDays.days,
    });
    this.logArchive = new LogArchive(this, 'LogArchive', {
      accessLogs: this.accessLogs,
      incompleteUploadDays: lifecycle.incompleteUploadDays.days,
    });
    this.certificateKeys = new CertificateKeys(this, 'CertificateKeys');
    this.boundary = new PermissionBoundary(this, 'Boundary', props);
  }
}
