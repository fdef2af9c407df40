import { Duration } from 'aws-cdk-lib';
import { ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { METRIC } from '../../lambda/shared/names';
import { counted } from './metrics';
import { RunbookAlarm } from './runbook-alarm';

/** What a person should look at in legal holds. */
export class HoldAlarms extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    new RunbookAlarm(this, 'ReviewOverdue', {
      meaning: 'A legal hold is past the day of its review, or nobody has looked for a day.',
      runbook: 'docs/runbooks/legal-holds.md#review-overdue',
      metric: counted(METRIC.holdsService, METRIC.holdsOverdueForReview, {
        statistic: 'Maximum',
        period: Duration.days(1),
      }),
      threshold: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      // A look that does not happen must not look like a day without reviews.
      treatMissingData: TreatMissingData.BREACHING,
    });
  }
}
