import { Logger } from '@aws-lambda-powertools/logger';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { controlRequests } from '../erasure/adapters/control-requests';
import { controlDb, inventory, outbox } from '../erasure/aws';
import { controlRecovery } from '../recovery/adapters/control-recovery';
import { clockFromEnv } from '../shared/clock-file';
import { requireEnv } from '../shared/config';
import { metricsMeter } from '../shared/metrics-meter';
import { ENV, METRIC } from '../shared/names';
import { queueWorker } from '../shared/queue-worker';
import { registerFromBundle } from '../shared/register';
import { controlTerminations } from './adapters/control-terminations';
import { eventBus } from './adapters/event-bus';
import { sqsTerminationOutbox } from './adapters/queues';
import { oneTimeSchedules } from './adapters/scheduler';
import { backupDays } from './dates';
import { advance } from './keeper';
import type { KeeperDeps } from './keeper-deps';
import { tickSchema } from './model';
import type { TerminationMetric } from './ports';

const { db, tableName } = controlDb();
const register = registerFromBundle();
const meter = metricsMeter<TerminationMetric>(METRIC.terminationService);
const deps: KeeperDeps = {
  terminations: controlTerminations(db, tableName),
  requests: controlRequests(db, tableName),
  requestOutbox: outbox('advance'),
  outbox: sqsTerminationOutbox(new SQSClient({}), {
    tick: requireEnv(ENV.terminationQueueUrl),
    stores: { hide: requireEnv(ENV.hideQueueUrl), reveal: requireEnv(ENV.revealQueueUrl) },
  }),
  stores: controlRecovery(db, tableName),
  storeIds: inventory().map((store) => store.id),
  schedules: oneTimeSchedules(new SchedulerClient({}), {
    groupName: requireEnv(ENV.scheduleGroup),
    queueArn: requireEnv(ENV.terminationQueueArn),
    roleArn: requireEnv(ENV.scheduleRoleArn),
  }),
  events: eventBus(new EventBridgeClient({}), requireEnv(ENV.eventBus)),
  meter,
  register,
  backupDays: backupDays(register),
  clock: clockFromEnv(),
};

const work = queueWorker({
  schema: tickSchema,
  logger: new Logger({ serviceName: 'keeper' }),
  run: (tick) => advance(tick, deps),
});

/** Moves terminations on. */
export const handler = async (event: SQSEvent): Promise<SQSBatchResponse> => {
  try {
    return await work(event);
  } finally {
    meter.flush();
  }
};
