import { Logger } from '@aws-lambda-powertools/logger';
import { controlDb } from '../erasure/aws';
import { clockFromEnv } from '../shared/clock-file';
import { controlOpenHolds } from './adapters/control-locks';
import { locksOutbox } from './adapters/locks-queue';
import { emitOverdueReviews } from './adapters/review-metric';
import { lookAtHolds } from './daily';

const { db, tableName } = controlDb();
const deps = { holds: controlOpenHolds(db, tableName), outbox: locksOutbox(), clock: clockFromEnv() };
const logger = new Logger({ serviceName: 'holds-daily' });

/** Runs once a day: counts the holds that wait for their review, and has newer objects in their scopes locked. */
export const handler = async (): Promise<void> => {
  const { standing, overdue, unreleased } = await lookAtHolds(deps);
  emitOverdueReviews(overdue);
  logger.info('looked at holds', { standing, overdue, unreleased });
};
