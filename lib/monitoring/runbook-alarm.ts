import { Alarm, type AlarmProps, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';

/** An article of docs/runbooks: a file and the anchor of its heading. */
export type Article = `docs/runbooks/${string}.md#${string}`;

/** What an alarm tells whoever is woken by it. */
export interface Guidance {
  /** What is wrong when it goes off, in one sentence. */
  readonly meaning: string;
  /** What to do then. */
  readonly runbook: Article;
}

/** Properties of a RunbookAlarm. */
export interface RunbookAlarmProps
  extends Guidance,
    Pick<AlarmProps, 'metric'>,
    Partial<Pick<AlarmProps, 'threshold' | 'evaluationPeriods' | 'comparisonOperator' | 'treatMissingData'>> {}

/** An alarm that says what it means and where it stands what to do. It goes off at once above zero, unless told otherwise. */
export class RunbookAlarm extends Alarm {
  constructor(scope: Construct, id: string, { meaning, runbook, ...props }: RunbookAlarmProps) {
    super(scope, id, {
      threshold: 0,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      ...props,
      alarmDescription: `${meaning} What to do: ${runbook}`,
    });
  }
}
