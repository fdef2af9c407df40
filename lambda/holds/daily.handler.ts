import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { controlDb } from '../erasure/aws';
import { clockFromEnv } from '../shared/clock-file';
import { METRIC } from '../shared/names';
import { controlOpenHolds } from './adapters/control-locks';
import { locksOutbox } from './adapters/locks-queue';
import { lookAtHolds } from './daily';

const { db, tableName } = controlDb();
const deps = { holds: controlOpenHolds(db, tableName), outbox: locksOutbox(), clock: clockFromEnv() };
const logger = new Logger({ serviceName: 'holds-daily' });
const metrics = new Metrics({ namespace: METRIC.namespace, serviceName: METRIC.holdsService });

/** Runs once a day: counts the holds that wait for their review, and has newer objects in their scopes locked. */
export const handler = async (): Promise<void> => {
  const { standing, overdue, unreleased } = await lookAtHolds(deps);
  metrics.addMetric(METRIC.holdsOverdueForReview, MetricUnit.Count, overdue);
  metrics.publishStoredMetrics();
  logger.info('looked at holds', { standing, overdue, unreleased });
};
