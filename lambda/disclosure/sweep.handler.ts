import { Logger } from '@aws-lambda-powertools/logger';
import { SQSClient } from '@aws-sdk/client-sqs';
import { clockFromEnv } from '../shared/clock-file';
import { requireEnv } from '../shared/config';
import { metricsMeter } from '../shared/metrics-meter';
import { ENV, METRIC } from '../shared/names';
import { registerFromBundle } from '../shared/register';
import { sqsEgressQueue } from '../transfer/adapters/egress-queue';
import { dueTransfers } from '../transfer/adapters/transfer-ledger';
import { transferDb } from '../transfer/aws';
import { sweepTransfers, type TransferSweepDeps } from '../transfer/sweeper';
import { noticeLedger } from './adapters/notice-ledger';
import { type NoticeSweepDeps, sweepNotices } from './sweep';

const { db, tableName } = transferDb();
const meter = metricsMeter<typeof METRIC.noticesEscalated>(METRIC.disclosureService);
const logger = new Logger({ serviceName: 'disclosure-sweeper' });
const egress = sqsEgressQueue(new SQSClient({}), requireEnv(ENV.egressQueueUrl));
const clock = clockFromEnv();
const noticeDeps: NoticeSweepDeps = {
  notices: noticeLedger(db, tableName),
  egress,
  rules: registerFromBundle().transfers.notices,
  meter,
  clock,
};
const transferDeps: TransferSweepDeps = { transfers: dueTransfers(db, tableName), egress, clock };

/**
 * Runs every hour: has processors told or asked again, people told of those that are late, and transfers looked at
 * of which nothing was heard. Neither keeps the other from being done.
 */
export const handler = async (): Promise<void> => {
  try {
    const [notices, transfers] = await Promise.allSettled([sweepNotices(noticeDeps), sweepTransfers(transferDeps)]);
    if (notices.status === 'rejected') throw notices.reason;
    if (transfers.status === 'rejected') throw transfers.reason;
    logger.info('swept', { notices: notices.value, transfers: transfers.value });
  } finally {
    meter.flush();
  }
};
