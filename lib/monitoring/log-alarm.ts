import { Duration } from 'aws-cdk-lib';
import { FilterPattern, type ILogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { METRIC } from '../../lambda/shared/names';
import { type Guidance, RunbookAlarm } from './runbook-alarm';
import { shortNameOf } from './watched';

/** Properties of a LogAlarm. */
export interface LogAlarmProps extends Guidance {
  /** Where lines are looked for. */
  readonly in: readonly ILogGroup[];
  /** Which lines, in the pattern language of CloudWatch Logs. */
  readonly pattern: string;
  /** Name of the metric that counts them. */
  readonly metricName: string;
}

/** Goes off at the first line of a log that matches. */
export class LogAlarm extends Construct {
  constructor(scope: Construct, id: string, { in: groups, pattern, metricName, ...guidance }: LogAlarmProps) {
    super(scope, id);
    const [metric] = groups.map((logGroup) =>
      new MetricFilter(this, `${shortNameOf(logGroup)}Filter`, {
        logGroup,
        filterPattern: FilterPattern.literal(pattern),
        metricNamespace: METRIC.namespace,
        metricName,
        metricValue: '1',
      }).metric({ statistic: 'Sum', period: Duration.minutes(5) }),
    );
    // All filters feed the one metric.
    if (metric !== undefined) new RunbookAlarm(this, 'Alarm', { ...guidance, metric });
  }
}
