import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { METRIC } from './names';

/** Counts for people to hear of. `M` are the names that a subsystem counts under. */
export interface Meter<M extends string> {
  /** @param requestId stands in the line of log and in no metric, so that whoever is woken finds the request */
  count(metric: M, value: number, requestId?: string): void;
}

/**
 * Counts in CloudWatch's embedded format: a line of log, no call, and no dimension but the service.
 * What was counted is written by `flush`, at the end of each invocation.
 */
export function metricsMeter<M extends string>(serviceName: string): Meter<M> & { flush(): void } {
  const metrics = new Metrics({ namespace: METRIC.namespace, serviceName });
  return {
    count: (metric, value, requestId) => {
      metrics.addMetric(metric, MetricUnit.Count, value);
      if (requestId !== undefined) metrics.addMetadata('requestId', requestId);
    },
    flush: () => {
      // Without the question it warns of every invocation that had nothing to count.
      if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
    },
  };
}
