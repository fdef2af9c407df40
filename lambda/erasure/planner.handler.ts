import { Logger } from '@aws-lambda-powertools/logger';
import { KMSClient } from '@aws-sdk/client-kms';
import { controlHoldReader } from '../holds/adapters/control-holds';
import { systemSleep } from '../shared/clock';
import { clockFromEnv } from '../shared/clock-file';
import { requireEnv, requireEnvNumber } from '../shared/config';
import { ENV } from '../shared/names';
import { registerFromBundle } from '../shared/register';
import { recipientReader } from '../transfer/adapters/recipients';
import { subjectKeys } from '../transfer/adapters/subject-keys';
import { controlPlans } from './adapters/control-documents';
import { controlRequests } from './adapters/control-requests';
import { kmsSubjectHasher } from './adapters/kms-hasher';
import { controlDb, erasableStores, inventory, outbox } from './aws';
import { type PlannerDeps, planErasure } from './planner';
import { worker } from './worker';

const { db, tableName } = controlDb();
const send = outbox('advance');
const kms = new KMSClient({});
const subjectHashKeyId = requireEnv(ENV.subjectHashKeyId);
const deps: PlannerDeps = {
  requests: controlRequests(db, tableName),
  plans: controlPlans(db, tableName),
  stores: erasableStores(inventory()),
  hasher: kmsSubjectHasher(kms, subjectHashKeyId),
  holds: controlHoldReader(db, tableName),
  recipients: recipientReader(db, requireEnv(ENV.transferTable), subjectKeys(kms, subjectHashKeyId)),
  register: registerFromBundle(),
  clock: clockFromEnv(),
  sleep: systemSleep,
};

/** Makes the plan of a request, then hands it back to the recorder. */
export const handler = worker<{ type: 'plan'; requestId: string }>({
  type: 'plan',
  logger: new Logger({ serviceName: 'planner' }),
  maxReceives: requireEnvNumber(ENV.maxReceives),
  outbox: send,
  async run({ requestId }) {
    await planErasure(requestId, deps);
    await send.send({ type: 'advance', requestId });
  },
});
