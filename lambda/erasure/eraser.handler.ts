import { randomUUID } from 'node:crypto';
import { Logger } from '@aws-lambda-powertools/logger';
import { keepers, vaultViews } from '../sealing/aws';
import { systemClock, systemSleep } from '../shared/clock';
import { clockFromEnv } from '../shared/clock-file';
import { requireEnvNumber } from '../shared/config';
import { ENV } from '../shared/names';
import { registerFromBundle } from '../shared/register';
import { controlLine } from './adapters/control-documents';
import { controlRequests } from './adapters/control-requests';
import { controlSteps } from './adapters/control-steps';
import { controlDb, dataClients, erasableStores, inventory, outbox } from './aws';
import { eraseStep } from './eraser';
import { UnknownWorkError } from './errors';
import { type Message, TERMINAL } from './model';
import { Pacer } from './pacer';
import type { ErasableStore } from './ports';
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
const stores = new Map(erasableStores(inventory()).map((store) => [store.store.id, { store, pacer: pacerOf(store) }]));
const vaultStores = new Map(
  vaultViews(keepers(), dataClients(), clock).map((vault) => [vault.store.id, { ...vault, pacer: pacerOf(vault) }]),
);

function pacerOf({ store }: Pick<ErasableStore, 'store'>): Pacer {
  const { rate } = store.kind === 's3' ? pace.s3KeysPerSecond : pace.dynamodbItemsPerSecond;
  // The system's own clock: a pacer measures speed, and the store counts keys in real seconds.
  return new Pacer({ ratePerSecond: rate, clock: systemClock, sleep: systemSleep });
}

const targetOf = async (requestId: string) => {
  const request = await requests.get(requestId);
  return request === undefined || TERMINAL.includes(request.status) ? undefined : request;
};

/** A store of the inventory, or of the vault: of that one, only what of the request ends in this round. */
async function storeOf(requestId: string, storeId: string) {
  const vault = vaultStores.get(storeId);
  if (vault === undefined) return stores.get(storeId);
  const sealed = (await targetOf(requestId))?.sealed ?? [];
  const ending = sealed.filter(({ state, into }) => state === 'ending' && into === 'vault');
  const storeIds = new Set(ending.map((each) => each.storeId));
  return { store: vault.view({ requestId, storeIds }), pacer: vault.pacer };
}

/** Carries out one step of a plan; what does not fit into one invocation goes on in the next. */
export const handler = worker<Extract<Message, { type: 'erase' }>>({
  type: 'erase',
  logger: new Logger({ serviceName: 'eraser' }),
  maxReceives: requireEnvNumber(ENV.maxReceives),
  outbox: send,
  async run(message) {
    const { requestId, round, storeId, part } = message;
    const known = await storeOf(requestId, storeId);
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
