import { Duration } from 'aws-cdk-lib';
import { ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { METRIC } from '../../lambda/shared/names';
import { LogAlarm } from './log-alarm';
import { counted } from './metrics';
import { type Article, RunbookAlarm } from './runbook-alarm';
import { bucketChanged, deniedOutside, keyChanged, rootUsed, trailChanged, wroteOutside } from './trail-patterns';

/** Properties of TrailAlarms. */
export interface TrailAlarmsProps {
  /** Log group of a trail of all Regions, with the events of global services. */
  readonly trailLogs: ILogGroup;
  /** Where that trail's files go. */
  readonly logArchive: IBucket;
  /** Regions that may be used. */
  readonly regions: readonly string[];
}

/**
 * What a person should look at in the account. Found in the trail's log group and not by rules of EventBridge:
 * sign-ins of the root user and calls of IAM reach the bus of us-east-1 alone, where this app may have nothing.
 */
export class TrailAlarms extends Construct {
  constructor(scope: Construct, id: string, { trailLogs, logArchive, regions }: TrailAlarmsProps) {
    super(scope, id);
    const found: readonly (readonly [id: string, pattern: string, meaning: string, runbook: Article])[] = [
      [
        'DeniedRegionCall',
        deniedOutside(regions),
        'A call to a Region outside India was denied.',
        'docs/runbooks/account.md#denied-region-call',
      ],
      [
        'WriteOutsideIndia',
        wroteOutside(regions),
        'Something was changed in a Region outside India.',
        'docs/runbooks/account.md#write-outside-india',
      ],
      [
        'KeyChanged',
        keyChanged(),
        'A key was disabled, scheduled for deletion or given another policy.',
        'docs/runbooks/account.md#key-changed',
      ],
      ['RootUsed', rootUsed(), 'The root user of the account was used.', 'docs/runbooks/account.md#root-used'],
      [
        'TrailChanged',
        trailChanged(),
        'The trail was stopped, removed or told to see less.',
        'docs/runbooks/audit.md#trail-changed',
      ],
      [
        'LogArchiveChanged',
        bucketChanged(logArchive.bucketName),
        'The policy or another setting of the log archive was changed.',
        'docs/runbooks/audit.md#log-archive-changed',
      ],
    ];
    for (const [name, pattern, meaning, runbook] of found)
      new LogAlarm(this, name, { in: [trailLogs], pattern, metricName: name, meaning, runbook });
    this.digests();
  }

  /** Also goes off when nobody looked: an unchecked trail proves nothing. */
  private digests(): void {
    new RunbookAlarm(this, 'DigestProblem', {
      meaning: 'A digest of the trail is missing, forged or does not fit its logs.',
      runbook: 'docs/runbooks/audit.md#digest-problem',
      metric: counted(METRIC.integrityService, METRIC.digestProblems),
    });
    new RunbookAlarm(this, 'DigestsMissing', {
      meaning: 'No digest of the trail has been validated for a day.',
      runbook: 'docs/runbooks/audit.md#digests-missing',
      metric: counted(METRIC.integrityService, METRIC.digestsValidated, { period: Duration.days(1) }),
      threshold: 1,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.BREACHING,
    });
  }
}
