import { randomUUID } from 'node:crypto';
import { Logger } from '@aws-lambda-powertools/logger';
import { anonymousOf } from '../anonymise/aws';
import { controlLine, controlPlans } from '../erasure/adapters/control-documents';
import { controlRequests } from '../erasure/adapters/control-requests';
import { controlSteps } from '../erasure/adapters/control-steps';
import { controlDb, dataClients, erasableStores, inventory, outbox } from '../erasure/aws';
import { eraseStep } from '../erasure/eraser';
import { UnknownWorkError } from '../erasure/errors';
import { factsOf } from '../erasure/facts';
import { type Message, type RequestRecord, TERMINAL } from '../erasure/model';
import { Pacer } from '../erasure/pacer';
import type { ErasableStore, StepKey } from '../erasure/ports';
import { worker } from '../erasure/worker';
import { controlHoldReader } from '../holds/adapters/control-holds';
import { withHolds } from '../holds/held-store';
import { compileRetention } from '../retention/resolve';
import { plusMs, systemClock, systemSleep } from '../shared/clock';
import { clockFromEnv } from '../shared/clock-file';
import { requireEnvNumber } from '../shared/config';
import { describeError } from '../shared/http';
import { ENV } from '../shared/names';
import { registerFromBundle } from '../shared/register';
import { booksOf, keepers, vaultOf } from './aws';
import { SealingStore } from './sealing-store';
import { type Vaults, vaultFor } from './vault-for';

/** Things secured at once: each is a read of all its bytes and a copy inside S3. */
const AT_ONCE = 8;

const { db, tableName } = controlDb();
const steps = controlSteps(db, tableName);
const line = controlLine(db, tableName);
const plans = controlPlans(db, tableName);
const requests = controlRequests(db, tableName);
const clock = clockFromEnv();
const send = outbox('advance', 'seal');
const register = registerFromBundle();
const { pace } = register.erasure;
const budgetMs = requireEnvNumber(ENV.stepBudgetSeconds) * 1000;
const clients = dataClients();
const kept = keepers();
const logger = new Logger({ serviceName: 'sealer' });

const stores = new Map(
  erasableStores(inventory()).map((store) => {
    const { rate } = store.store.kind === 's3' ? pace.s3KeysPerSecond : pace.dynamodbItemsPerSecond;
    return [
      store.store.id,
      { store, pacer: new Pacer({ ratePerSecond: rate, clock: systemClock, sleep: systemSleep }) },
    ];
  }),
);

const holds = controlHoldReader(db, tableName);
const resolve = compileRetention(register);

function vaultsOf(request: RequestRecord): Vaults {
  return {
    whole: (of) => vaultOf(of, clients, clock),
    books: (of) => {
      const facts = factsOf(of.source, request, clock.now());
      return booksOf(of, { books: kept.books, clients, clock, register, resolve, facts });
    },
    anonymous: (of) => anonymousOf(of, { data: clients.db, control: db }, register, clock),
  };
}

const targetOf = async (requestId: string) => {
  const request = await requests.get(requestId);
  return request === undefined || TERMINAL.includes(request.status) ? undefined : request;
};

/** The store as this step sees it: nothing goes that was not secured as the plan says. */
async function sealing(key: StepKey, inner: ErasableStore): Promise<ErasableStore | undefined> {
  const deadline = plusMs(clock.now(), budgetMs);
  const target = await targetOf(key.requestId);
  if (target === undefined) return undefined;
  const [planned, all] = await Promise.all([plans.getPlan(key.requestId), steps.steps(key.requestId)]);
  const vault = vaultFor(
    key,
    {
      step: all.find((s) => s.round === key.round && s.storeId === key.storeId && s.part === key.part),
      plan: planned?.plan.stores.find((store) => store.storeId === key.storeId),
      of: { requestId: key.requestId, target, source: inner.store, keepers: kept },
    },
    vaultsOf(target),
  );
  const onFault = (error: unknown) => logger.warn('not secured', { ...key, error: describeError(error) });
  const outOfTime = () => clock.now() >= deadline;
  const store = new SealingStore(inner, vault, { atOnce: AT_ONCE, onFault, outOfTime });
  return withHolds(store, holds, target.tenantId, clock);
}

/** Carries out one step of a plan that keeps something of what goes; what does not fit goes on in the next invocation. */
export const handler = worker<Extract<Message, { type: 'seal' }>>({
  type: 'seal',
  logger,
  maxReceives: requireEnvNumber(ENV.maxReceives),
  outbox: send,
  async run(message) {
    const { requestId, round, storeId, part } = message;
    const known = stores.get(storeId);
    if (known === undefined) throw new UnknownWorkError(`store ${storeId}`);
    const key = { requestId, round, storeId, part };
    const store = await sealing(key, known.store);
    // The request has ended: nothing of it is to be touched any more.
    if (store === undefined) return;
    const outcome = await eraseStep(key, store, {
      steps,
      line,
      targetOf,
      pacer: known.pacer,
      clock,
      sleep: systemSleep,
      owner: randomUUID(),
      budgetMs,
      // Longer than a function can live, shorter than the queue hides the message.
      leaseMs: budgetMs * 4,
    });
    await send.send(outcome === 'again' ? message : { type: 'advance', requestId });
  },
});
