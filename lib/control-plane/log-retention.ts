import { RetentionDays } from 'aws-cdk-lib/aws-logs';

/** The shortest period that CloudWatch Logs offers and that is at least so many days. */
export function retentionOfAtLeast(days: number): RetentionDays {
  const offered = Object.values(RetentionDays)
    .filter((value): value is RetentionDays => typeof value === 'number')
    .sort((a, b) => a - b);
  return offered.find((value) => value >= days) ?? RetentionDays.INFINITE;
}
