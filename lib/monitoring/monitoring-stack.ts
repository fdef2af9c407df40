import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { METRIC } from '../../lambda/shared/names';
import type { Register } from '../../policies/schema';
import { acknowledge } from '../checks/acknowledge';
import { RISKS } from '../checks/risks';
import type { AppStage } from '../stage';
import { AlarmTopic } from './alarm-topic';
import { ApiAlarms } from './api-alarms';
import { DeadLetterAlarms } from './dead-letter-alarms';
import { ErasureAlarms } from './erasure-alarms';
import { FunctionAlarms } from './function-alarms';
import { HoldAlarms } from './hold-alarms';
import { LedgerAlarms } from './ledger-alarms';
import { LogAlarm } from './log-alarm';
import { OnCallDashboard } from './on-call-dashboard';
import { RunbookAlarm } from './runbook-alarm';
import { TerminationAlarms } from './termination-alarms';
import { ThreatNotices } from './threat-notices';
import { TrailAlarms } from './trail-alarms';
import { TransferAlarms } from './transfer-alarms';
import { type WatchedControlPlane, watchedIn } from './watched';

/** Properties of the MonitoringStack. */
export interface MonitoringStackProps extends StackProps {
  /** The parsed register: from when on a person is told. */
  readonly register: Register;
  /** The deployment this stack belongs to. */
  readonly stage: AppStage;
  /** Every queue, function and log group in these is watched. */
  readonly stacks: readonly Stack[];
  /** The API and the sweepers, which need alarms of their own. */
  readonly controlPlane: WatchedControlPlane;
  /** Log group of the trail. @default - there is no trail, and nothing in the account is watched */
  readonly trailLogs?: ILogGroup;
  /** Where the trail's files go. */
  readonly logArchive: IBucket;
}

/** All alarms, each with a runbook, the topic that tells people of them, and the page that they open then. */
export class MonitoringStack extends Stack {
  constructor(scope: Construct, id: string, props: MonitoringStackProps) {
    super(scope, id, props);
    const { register, stage, controlPlane, trailLogs, logArchive } = props;
    const { canary, thresholds, findings } = register.monitoring;
    const watched = watchedIn(props.stacks);

    new ErasureAlarms(this, 'Erasures', { sweeper: controlPlane.sweepers.erasure });
    new TerminationAlarms(this, 'Terminations', { sweeper: controlPlane.sweepers.termination });
    new HoldAlarms(this, 'Holds');
    new TransferAlarms(this, 'Transfers', { sweeper: controlPlane.sweepers.disclosure });
    new LedgerAlarms(this, 'Ledger', controlPlane);
    new DeadLetterAlarms(this, 'DeadLetters', watched);
    new FunctionAlarms(this, 'Functions', watched);
    new ApiAlarms(this, 'Api', { api: controlPlane.api, thresholds });
    if (stage.has('metric-filter'))
      new LogAlarm(this, 'CanaryInLogs', {
        meaning: 'A log holds a name that is planted where personal data is.',
        runbook: 'docs/runbooks/canary.md#canary-in-logs',
        in: watched.logGroups,
        pattern: `%${canary.marker}%`,
        metricName: METRIC.canariesInLogs,
      });
    if (trailLogs) {
      const { home, replica } = register.regions;
      new TrailAlarms(this, 'Account', { trailLogs, logArchive, regions: [home.region, replica.region] });
    } else
      acknowledge(
        this.node.root,
        { ...RISKS.withoutTrail, reason: "This stage's cloud records no calls: see its `lacks` in stages.yaml." },
        'Dpdp::Dpdp-KeyDeletionAlarmed[ScheduleKeyDeletion]',
        'Dpdp::Dpdp-KeyDeletionAlarmed[DisableKey]',
      );

    const topic = new AlarmTopic(this, 'Alarms');
    if (stage.has('guardduty')) new ThreatNotices(this, 'Threats', { topic, severity: findings });
    const alarms = this.node.findAll().filter((each) => each instanceof RunbookAlarm);
    topic.tellOf(...alarms);
    new OnCallDashboard(this, 'OnCall', { alarms, watched, api: controlPlane.api, hasTrail: trailLogs !== undefined });
    new CfnOutput(this, 'AlarmTopicArn', { value: topic.arn, description: 'Topic to subscribe to for alarms' });
  }
}
