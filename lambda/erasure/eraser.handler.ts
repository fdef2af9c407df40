import { randomUUID } from 'node:crypto';
import { Logger } from '@aws-lambda-powertools/logger';
import { controlHoldReader } from '../holds/adapters/control-holds';
import { withHolds } from '../holds/held-store';
import { endingViews, keepers } from '../sealing/aws';
import { systemClock, systemSleep } from '../shared/clock';
import { clockFromEnv } from '../shared/clock-file';
import { requireEnvNumber } from '../shared/config';
import type { Store } from '../shared/inventory';
import { ENV } from '../shared/names';
import { registerFromBundle } from '../shared/register';
import { controlLine } from './adapters/control-documents';
import { controlRequests } from './adapters/control-requests';
import { controlSteps } from './adapters/control-steps';
import { controlDb, dataClients, erasableStores, inventory, outbox } from './aws';
import { eraseStep } from './eraser';
import { StepBusyError, UnknownWorkError } from './errors';
import { type Message, TERMINAL } from './model';
import { Pacer } from './pacer';
import type { ErasableStore, StepKey } from './ports';
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
const live = inventory();
const stores = new Map(erasableStores(live).map((store) => [store.store.id, { store, pacer: pacerOf(store) }]));
const keeperStores = new Map(
  endingViews(keepers(), dataClients(), clock).map((keeper) => [
    keeper.store.id,
    { ...keeper, pacer: pacerOf(keeper) },
  ]),
);
const holds = controlHoldReader(db, tableName);

function pacerOf({ store }: Pick<ErasableStore, 'store'>): Pacer {
  const { rate } = store.kind === 's3' ? pace.s3KeysPerSecond : pace.dynamodbItemsPerSecond;
  // The system's own clock: a pacer measures speed, and the store counts keys in real seconds.
  return new Pacer({ ratePerSecond: rate, clock: systemClock, sleep: systemSleep });
}

const targetOf = async (requestId: string) => {
  const request = await requests.get(requestId);
  return request === undefined || TERMINAL.includes(request.status) ? undefined : request;
};

/** A store as this step may erase it: of vault and books only what ends in this round, of none what a hold keeps. */
async function storeOf({ requestId, round, storeId, part }: StepKey) {
  const request = await targetOf(requestId);
  const known = stores.get(storeId) ?? keeperStores.get(storeId);
  if (known === undefined) throw new UnknownWorkError(`store ${storeId}`);
  // It has ended, and the step will find nothing to do.
  if (request === undefined) return 'view' in known ? undefined : known;
  const held = (store: ErasableStore, sources?: Store[]) => withHolds(store, holds, request.tenantId, clock, sources);
  if (!('view' in known)) return { store: held(known.store), pacer: known.pacer };
  // The message overtook the request's own step into the round: what ends in it is not written yet.
  if (request.round < round) throw new StepBusyError(storeId, part);
  return { store: held(known.view(request), live), pacer: known.pacer };
}

/** Carries out one step of a plan; what does not fit into one invocation goes on in the next. */
export const handler = worker<Extract<Message, { type: 'erase' }>>({
  type: 'erase',
  logger: new Logger({ serviceName: 'eraser' }),
  maxReceives: requireEnvNumber(ENV.maxReceives),
  outbox: send,
  async run(message) {
    const { requestId, round, storeId, part } = message;
    const known = await storeOf({ requestId, round, storeId, part });
    if (known === undefined) return;
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
