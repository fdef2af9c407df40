import { randomUUID } from 'node:crypto';
import { Logger } from '@aws-lambda-powertools/logger';
import { systemClock, systemSleep } from '../shared/clock';
import { clockFromEnv } from '../shared/clock-file';
import { requireEnvNumber } from '../shared/config';
import { ENV } from '../shared/names';
import { registerFromBundle } from '../shared/register';
import { controlLine } from './adapters/control-documents';
import { controlRequests } from './adapters/control-requests';
import { controlSteps } from './adapters/control-steps';
import { controlDb, erasableStores, inventory, outbox } from './aws';
import { eraseStep } from './eraser';
import { UnknownWorkError } from './errors';
import { type Message, TERMINAL } from './model';
import { Pacer } from './pacer';
import { worker } from './worker';

const { db, tableName } = controlDb();
const steps = controlSteps(db, tableName);
const line = controlLine(db, tableName);
const requests = controlRequests(db, tableName);
const clock = clockFromEnv();
const send = outbox('advance', 'erase');
const { pace } = registerFromBundle().erasure;
const budgetMs = requireEnvNumber(ENV.stepBudgetSeconds) * 1000;

// Pacers outlive an invocation: what a warm function learnt of a partition still holds.
const stores = new Map(
  erasableStores(inventory()).map((store) => {
    const { rate } = store.store.kind === 's3' ? pace.s3KeysPerSecond : pace.dynamodbItemsPerSecond;
    // The system's own clock: a pacer measures speed, and the store counts keys in real seconds.
    return [
      store.store.id,
      { store, pacer: new Pacer({ ratePerSecond: rate, clock: systemClock, sleep: systemSleep }) },
    ];
  }),
);

const targetOf = async (requestId: string) => {
  const request = await requests.get(requestId);
  return request === undefined || TERMINAL.includes(request.status) ? undefined : request;
};

/** Carries out one step of a plan; what does not fit into one invocation goes on in the next. */
export const handler = worker<Extract<Message, { type: 'erase' }>>({
  type: 'erase',
  logger: new Logger({ serviceName: 'eraser' }),
  maxReceives: requireEnvNumber(ENV.maxReceives),
  outbox: send,
  async run(message) {
    const { requestId, round, storeId, part } = message;
    const known = stores.get(storeId);
    if (known === undefined) throw new UnknownWorkError(`store ${storeId}`);
    const outcome = await eraseStep({ requestId, round, storeId, part }, known.store, {
      steps,
      line,
      targetOf,
      pacer: known.pacer,
      clock,
      sleep: systemSleep,
      owner: randomUUID(),
      budgetMs,
      // Longer than a function can live, shorter than the queue hides the message.
      leaseMs: budgetMs * 2,
    });
    await send.send(outcome === 'again' ? message : { type: 'advance', requestId });
  },
});
