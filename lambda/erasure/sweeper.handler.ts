import { Logger } from '@aws-lambda-powertools/logger';
import { clockFromEnv } from '../shared/clock-file';
import { metricsMeter } from '../shared/metrics-meter';
import { METRIC } from '../shared/names';
import { controlRequests } from './adapters/control-requests';
import { controlDb, outbox } from './aws';
import type { ErasureMetric } from './ports';
import { sweep } from './sweeper';

const { db, tableName } = controlDb();
const deps = { requests: controlRequests(db, tableName), outbox: outbox('advance'), clock: clockFromEnv() };
const meter = metricsMeter<ErasureMetric>(METRIC.erasureService);
const logger = new Logger({ serviceName: 'sweeper' });

/** Runs on a schedule and wakes what is due. */
export const handler = async (): Promise<void> => {
  const woken = await sweep(deps);
  meter.count(METRIC.erasuresDue, woken);
  meter.flush();
  logger.info('swept', { woken });
};
