import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { METRIC } from './names';

/** Counts without ids. `M` are the names that a subsystem counts under. */
export interface Meter<M extends string> {
  count(metric: M, value: number): void;
}

/**
 * Counts in CloudWatch's embedded format: a line of log, no call. No dimension but the service, and no ids.
 * What was counted is written by `flush`, at the end of each invocation.
 */
export function metricsMeter<M extends string>(serviceName: string): Meter<M> & { flush(): void } {
  const metrics = new Metrics({ namespace: METRIC.namespace, serviceName });
  return {
    count: (metric, value) => {
      metrics.addMetric(metric, MetricUnit.Count, value);
    },
    flush: () => {
      // Without the question it warns of every invocation that had nothing to count.
      if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
    },
  };
}
