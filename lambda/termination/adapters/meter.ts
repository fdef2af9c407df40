import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { METRIC } from '../../shared/names';
import type { Meter } from '../ports';

/** Counts in CloudWatch's embedded format: a line of log, no call. No dimension but the service, and no ids. */
export function metricsMeter(): Meter & { flush(): void } {
  const metrics = new Metrics({ namespace: METRIC.namespace, serviceName: METRIC.terminationService });
  return {
    count: (metric, value) => {
      metrics.addMetric(metric, MetricUnit.Count, value);
    },
    flush: () => metrics.publishStoredMetrics(),
  };
}
