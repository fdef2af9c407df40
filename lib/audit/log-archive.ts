import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { StageConfig } from '../../policies/schema';
import { LogBucket, type LogBucketProps } from './log-bucket';
import { deliveryOf, trailOf } from './log-key';
import { LOG_PREFIX } from './log-prefix';

/** Properties of a LogArchive. */
export interface LogArchiveProps extends Omit<LogBucketProps, 'accessLogPrefix' | 'lockMode'> {
  /** The one trail that may deliver. */
  readonly trailArn: string;
  /** Whether anybody may end a lock early. */
  readonly lockMode: StageConfig['logLock']['mode'];
}

const TRAIL = 'cloudtrail.amazonaws.com';
const DELIVERY = 'delivery.logs.amazonaws.com';

/** Where AWS services deliver the logs that prove things afterwards: a prefix for each source, locked for a year. */
export class LogArchive extends LogBucket {
  constructor(scope: Construct, id: string, props: LogArchiveProps) {
    super(scope, id, { ...props, accessLogPrefix: 'log-archive/' });
    const trail = { StringEquals: trailOf(props.trailArn) };
    this.letLook(TRAIL, ['s3:GetBucketAcl'], trail);
    this.acceptFrom(TRAIL, LOG_PREFIX.trail, trail);
    const delivery = deliveryOf(Stack.of(this).region);
    this.letLook(DELIVERY, ['s3:GetBucketAcl', 's3:ListBucket'], delivery);
    for (const prefix of [LOG_PREFIX.flowLogs, LOG_PREFIX.dnsQueries, LOG_PREFIX.firewall])
      this.acceptFrom(DELIVERY, prefix, delivery);
  }
}
