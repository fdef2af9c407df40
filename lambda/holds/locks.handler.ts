import { Logger } from '@aws-lambda-powertools/logger';
import { controlRequests } from '../erasure/adapters/control-requests';
import { S3Store } from '../erasure/adapters/s3-store';
import { controlDb, dataClients, inventory, outbox } from '../erasure/aws';
import { systemSleep } from '../shared/clock';
import { clockFromEnv } from '../shared/clock-file';
import { requireEnvNumber } from '../shared/config';
import { ENV } from '../shared/names';
import { queueWorker } from '../shared/queue-worker';
import { controlLocks } from './adapters/control-locks';
import { locksOutbox } from './adapters/locks-queue';
import { versionLocks } from './adapters/version-locks';
import { type LocksDeps, setLocks } from './locks';
import { locksMessageSchema } from './model';

const { db, tableName } = controlDb();
const { s3For } = dataClients();
const clock = clockFromEnv();
const queue = locksOutbox();
const deps: LocksDeps = {
  holds: controlLocks(db, tableName),
  buckets: inventory()
    .filter(({ objectLock }) => objectLock)
    .map((store) => new S3Store(store, s3For(store), clock)),
  locks: versionLocks(s3For),
  requests: controlRequests(db, tableName),
  outbox: outbox('advance'),
  clock,
  sleep: systemSleep,
  budgetMs: requireEnvNumber(ENV.stepBudgetSeconds) * 1000,
};

/** Brings S3 legal holds in line with the holds that stand; what does not fit into one invocation goes on in the next. */
export const handler = queueWorker({
  schema: locksMessageSchema,
  logger: new Logger({ serviceName: 'hold-locks' }),
  async run(message) {
    if ((await setLocks(message, deps)) === 'again') await queue.send(message);
  },
});
