import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { METRIC } from '../../shared/names';
import { type Integrity, problemCount } from '../integrity';

/** Tells CloudWatch, by way of the log, what a validation came to; zero is told too. */
export function emitIntegrity(integrity: Integrity): void {
  const metrics = new Metrics({ namespace: METRIC.namespace, serviceName: METRIC.integrityService });
  metrics.addMetric(METRIC.digestsValidated, MetricUnit.Count, integrity.digests);
  metrics.addMetric(METRIC.logsValidated, MetricUnit.Count, integrity.logs);
  metrics.addMetric(METRIC.digestsUnsigned, MetricUnit.Count, integrity.unsigned);
  metrics.addMetric(METRIC.digestProblems, MetricUnit.Count, problemCount(integrity));
  metrics.publishStoredMetrics();
}
