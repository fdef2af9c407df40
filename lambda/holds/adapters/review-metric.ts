import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { METRIC } from '../../shared/names';

/** Tells CloudWatch, by way of the log, how many holds wait for their review; zero is told too. */
export function emitOverdueReviews(count: number): void {
  const metrics = new Metrics({ namespace: METRIC.namespace, serviceName: METRIC.holdsService });
  metrics.addMetric(METRIC.holdsOverdueForReview, MetricUnit.Count, count);
  metrics.publishStoredMetrics();
}
