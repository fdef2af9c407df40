import { Logger } from '@aws-lambda-powertools/logger';
import { KMSClient } from '@aws-sdk/client-kms';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { controlLine, controlPlans } from '../erasure/adapters/control-documents';
import { controlRequests } from '../erasure/adapters/control-requests';
import { controlDb, outbox } from '../erasure/aws';
import { clockFromEnv } from '../shared/clock-file';
import { requireEnv } from '../shared/config';
import { metricsMeter } from '../shared/metrics-meter';
import { ENV, METRIC } from '../shared/names';
import { processorsFromBundle } from '../shared/processors';
import { queueWorker } from '../shared/queue-worker';
import { registerFromBundle } from '../shared/register';
import { sqsEgressQueue } from '../transfer/adapters/egress-queue';
import { recipientReader } from '../transfer/adapters/recipients';
import { subjectKeys } from '../transfer/adapters/subject-keys';
import { transferDb } from '../transfer/aws';
import { noticeLedger } from './adapters/notice-ledger';
import { type AnnounceDeps, announce } from './announce';
import { announceMessageSchema } from './model';

const control = controlDb();
const { db, tableName } = transferDb();
const { transfers, erasure } = registerFromBundle();
const keys = subjectKeys(new KMSClient({}), requireEnv(ENV.subjectHashKeyId));
const meter = metricsMeter<typeof METRIC.noticesByHand>(METRIC.disclosureService);

const deps: AnnounceDeps = {
  requests: controlRequests(control.db, control.tableName),
  plans: controlPlans(control.db, control.tableName),
  line: controlLine(control.db, control.tableName),
  recipients: recipientReader(db, tableName, keys),
  keys,
  notices: noticeLedger(db, tableName),
  egress: sqsEgressQueue(new SQSClient({}), requireEnv(ENV.egressQueueUrl)),
  outbox: outbox('advance'),
  processors: processorsFromBundle(requireEnv(ENV.stage)),
  rules: transfers.notices,
  defaultDeadlineDays: erasure.completeWithinDays.days,
  meter,
  clock: clockFromEnv(),
};

const work = queueWorker({
  schema: announceMessageSchema,
  logger: new Logger({ serviceName: 'announcer' }),
  run: ({ requestId }) => announce(requestId, deps),
});

/** Makes the notices of an erasure that has begun. */
export const handler = async (event: SQSEvent): Promise<SQSBatchResponse> => {
  try {
    return await work(event);
  } finally {
    meter.flush();
  }
};
