import { Duration } from 'aws-cdk-lib';
import { ComparisonOperator, type IMetric, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { METRIC } from '../../lambda/shared/names';
import type { AlarmTopic } from './alarm-topic';
import type { ComplianceFunction } from './compliance-function';
import { RunbookAlarm } from './runbook-alarm';
import type { WorkQueue } from './work-queue';

/** Properties of TerminationAlarms. */
export interface TerminationAlarmsProps {
  /** Told of every alarm. */
  readonly topic: AlarmTopic;
  /** Queue of ticks, for its dead letters. */
  readonly queue: WorkQueue;
  /** Moves terminations on. */
  readonly keeper: ComplianceFunction;
  /** Has to come every hour. */
  readonly sweeper: ComplianceFunction;
}

/** What a person should look at; docs/runbooks/termination.md has an article on each. */
export class TerminationAlarms extends Construct {
  constructor(scope: Construct, id: string, { topic, queue, keeper, sweeper }: TerminationAlarmsProps) {
    super(scope, id);
    topic.tellOf(
      this.above(
        'MissedBySchedule',
        counted(METRIC.terminationsMissed),
        'The sweeper did what a schedule should have.',
      ),
      this.above('NoticesLate', counted(METRIC.noticesLate), 'A warning went out late, so its erasure has to wait.'),
      this.above('Attention', counted(METRIC.terminationAlarms), 'A termination shows an alarm for the first time.'),
      this.above('DeadLetters', queue.deadLettersWaiting(), 'A tick failed for the last time.'),
      this.above('KeeperErrors', keeper.metricErrors({ period: Duration.minutes(5) }), 'The keeper failed.'),
      this.sweeperAlarm(sweeper),
    );
  }

  private above(id: string, metric: IMetric, meaning: string): RunbookAlarm {
    return new RunbookAlarm(this, id, {
      meaning,
      runbook: 'docs/runbooks/termination.md',
      metric,
      threshold: 0,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }

  /** Who finds what schedules missed must not be missing itself. */
  private sweeperAlarm(sweeper: ComplianceFunction): RunbookAlarm {
    return new RunbookAlarm(this, 'SweeperAbsent', {
      meaning: 'The sweeper of terminations has not come for three hours.',
      runbook: 'docs/runbooks/termination.md',
      metric: sweeper.metricInvocations({ period: Duration.hours(1) }),
      threshold: 1,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: 3,
      treatMissingData: TreatMissingData.BREACHING,
    });
  }
}

function counted(metricName: string): Metric {
  return new Metric({
    namespace: METRIC.namespace,
    metricName,
    dimensionsMap: { service: METRIC.terminationService },
    statistic: 'Sum',
    period: Duration.minutes(5),
  });
}
