import type { Duration } from 'aws-cdk-lib';
import { ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { type Guidance, RunbookAlarm } from './runbook-alarm';

/** Properties of an AbsenceAlarm. */
export interface AbsenceAlarmProps extends Guidance {
  /** Has to come at least once in a period. */
  readonly of: LambdaFunction;
  /** How often it has to come. */
  readonly every: Duration;
}

/** Goes off when a function has not come three times in a row: who finds what others miss must not be missing himself. */
export class AbsenceAlarm extends RunbookAlarm {
  constructor(scope: Construct, id: string, { of, every, ...guidance }: AbsenceAlarmProps) {
    super(scope, id, {
      ...guidance,
      metric: of.metricInvocations({ period: every }),
      threshold: 1,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: 3,
      treatMissingData: TreatMissingData.BREACHING,
    });
  }
}
