import { Alarm, type AlarmProps } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';

/** Properties of a RunbookAlarm. */
export interface RunbookAlarmProps
  extends Pick<
    AlarmProps,
    'metric' | 'threshold' | 'evaluationPeriods' | 'comparisonOperator' | 'treatMissingData' | 'datapointsToAlarm'
  > {
  /** What is wrong when it goes off, in one sentence. */
  readonly meaning: string;
  /** What to do then: a file of docs/runbooks. */
  readonly runbook: `docs/runbooks/${string}.md`;
}

/** An alarm that says what it means and where it stands what to do. */
export class RunbookAlarm extends Alarm {
  constructor(scope: Construct, id: string, { meaning, runbook, ...props }: RunbookAlarmProps) {
    super(scope, id, { ...props, alarmDescription: `${meaning} What to do: ${runbook}` });
  }
}
