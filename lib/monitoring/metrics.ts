import { Duration } from 'aws-cdk-lib';
import { Metric, type MetricProps } from 'aws-cdk-lib/aws-cloudwatch';
import { METRIC } from '../../lambda/shared/names';

/** Value of the `service` dimension. */
export type CountingService = (typeof METRIC)[
  | 'erasureService'
  | 'terminationService'
  | 'holdsService'
  | 'transferService'
  | 'disclosureService'
  | 'integrityService'
  | 'ledgerService'];

/** Something that our functions count, summed up over five minutes unless told otherwise. */
export function counted(
  service: CountingService,
  metricName: string,
  more: Pick<MetricProps, 'statistic' | 'period' | 'label'> = {},
): Metric {
  return new Metric({
    namespace: METRIC.namespace,
    metricName,
    dimensionsMap: { service },
    statistic: 'Sum',
    period: Duration.minutes(5),
    ...more,
  });
}
