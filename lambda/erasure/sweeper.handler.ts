import { Logger } from '@aws-lambda-powertools/logger';
import { clockFromEnv } from '../shared/clock-file';
import { controlRequests } from './adapters/control-requests';
import { controlDb, outbox } from './aws';
import { sweep } from './sweeper';

const { db, tableName } = controlDb();
const deps = { requests: controlRequests(db, tableName), outbox: outbox('advance'), clock: clockFromEnv() };
const logger = new Logger({ serviceName: 'sweeper' });

/** Runs on a schedule and wakes what is due. */
export const handler = async (): Promise<void> => {
  const woken = await sweep(deps);
  logger.info('swept', { woken });
};
