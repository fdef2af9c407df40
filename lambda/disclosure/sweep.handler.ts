import { Logger } from '@aws-lambda-powertools/logger';
import { SQSClient } from '@aws-sdk/client-sqs';
import { clockFromEnv } from '../shared/clock-file';
import { requireEnv } from '../shared/config';
import { metricsMeter } from '../shared/metrics-meter';
import { ENV, METRIC } from '../shared/names';
import { registerFromBundle } from '../shared/register';
import { transferDb } from '../transfer/aws';
import { noticeLedger } from './adapters/notice-ledger';
import { notifyQueue } from './adapters/queues';
import { type NoticeSweepDeps, sweepNotices } from './sweep';

const { db, tableName } = transferDb();
const meter = metricsMeter<typeof METRIC.noticesEscalated>(METRIC.disclosureService);
const logger = new Logger({ serviceName: 'notice-sweeper' });
const deps: NoticeSweepDeps = {
  notices: noticeLedger(db, tableName),
  egress: notifyQueue(new SQSClient({}), requireEnv(ENV.egressQueueUrl)),
  rules: registerFromBundle().transfers.notices,
  meter,
  clock: clockFromEnv(),
};

/** Runs every hour: has processors told or asked again, and people told of those that are late. */
export const handler = async (): Promise<void> => {
  try {
    logger.info('swept', { due: await sweepNotices(deps) });
  } finally {
    meter.flush();
  }
};
