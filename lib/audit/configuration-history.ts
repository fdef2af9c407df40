import { Aws } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { LogBucket, type LogBucketProps } from './log-bucket';
import { LOG_PREFIX } from './log-prefix';

/** Properties of a ConfigurationHistory. */
export type ConfigurationHistoryProps = Omit<LogBucketProps, 'accessLogPrefix' | 'lockMode'>;

const CONFIG = 'config.amazonaws.com';

/**
 * Where AWS Config writes which resources there were and how they were set. A bucket of its own, because Config
 * refuses one with a default lock: its policy alone keeps what is in it.
 */
export class ConfigurationHistory extends LogBucket {
  constructor(scope: Construct, id: string, props: ConfigurationHistoryProps) {
    super(scope, id, { ...props, accessLogPrefix: 'configuration-history/', lockMode: null });
    const ours = { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } };
    this.letLook(CONFIG, ['s3:GetBucketAcl', 's3:ListBucket'], ours);
    this.acceptFrom(CONFIG, LOG_PREFIX.config, ours);
  }
}
