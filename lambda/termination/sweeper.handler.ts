import { Logger } from '@aws-lambda-powertools/logger';
import { SQSClient } from '@aws-sdk/client-sqs';
import { controlDb } from '../erasure/aws';
import { clockFromEnv } from '../shared/clock-file';
import { requireEnv } from '../shared/config';
import { metricsMeter } from '../shared/metrics-meter';
import { ENV, METRIC } from '../shared/names';
import { controlDue } from './adapters/control-terminations';
import { sqsTerminationOutbox } from './adapters/queues';
import { sweep } from './sweeper';

const { db, tableName } = controlDb();
const deps = {
  terminations: controlDue(db, tableName),
  outbox: sqsTerminationOutbox(new SQSClient({}), { tick: requireEnv(ENV.terminationQueueUrl) }),
  clock: clockFromEnv(),
};
const meter = metricsMeter<typeof METRIC.terminationsDue>(METRIC.terminationService);
const logger = new Logger({ serviceName: 'termination-sweeper' });

/** Runs every hour and wakes what is due and no schedule has moved on. */
export const handler = async (): Promise<void> => {
  const woken = await sweep(deps);
  meter.count(METRIC.terminationsDue, woken);
  meter.flush();
  logger.info('swept', { woken });
};
