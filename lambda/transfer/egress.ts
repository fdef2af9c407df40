import { type Deliverer, type Delivery, meaningOf } from './deliver';
import { deliverTransfer } from './deliver-transfer';
import type { EgressMessage } from './model';
import type { EgressQueue, Slots } from './ports';
import { MAX_DELAY_SECONDS, waitSeconds } from './retry';
import { lookAtWaiting, read, type StepDeps } from './steps';

/** What the egress works with. */
export interface EgressDeps {
  readonly slots: Slots;
  readonly egress: EgressQueue;
  readonly deliverer: Deliverer;
  /** Delivers one transfer. */
  readonly deliver: StepDeps;
  /** Tells one processor of an erasure, or asks how far it is. */
  readonly notify: (
    of: { readonly requestId: string; readonly processorId: string },
    deliverer: Deliverer,
  ) => Promise<void>;
}

/**
 * Works on one message of the queue, in a slot of its processor. Where there is none the message goes back to the
 * queue and nothing was tried: so a slow processor holds up nobody else, and one that fails is left alone for a
 * while. Bears being called again with the same message at any time.
 *
 * @throws UnknownWorkError when there is no such transfer or notice; whatever tables, keys and queue throw
 */
export async function handleEgress(message: EgressMessage, deps: EgressDeps): Promise<void> {
  const { slots, deliver } = deps;
  const clock = deliver.deciding.clock;
  const processorId = await processorOf(message, deps);
  const claim = await slots.claim(processorId, clock.now());
  if (claim.outcome === 'busy') {
    if (await isNeedless(message, deps)) return;
    return putBack({ ...message, processorId }, claim.until, deps);
  }
  const watched = watch(deps.deliverer);
  try {
    if (message.type === 'deliver')
      await deliverTransfer(message.transferId, { ...deliver, deliverer: watched.deliverer });
    else await deps.notify(message, watched.deliverer);
  } finally {
    await slots.release(claim.slot, watched.health(), clock.now());
  }
}

async function processorOf(message: EgressMessage, { deliver }: EgressDeps): Promise<string> {
  if (message.type === 'notify') return message.processorId;
  return message.processorId ?? (await read(message.transferId, deliver)).processorId;
}

/** How often a message waits between two looks at its transfer. */
const LOOK_EVERY = 6;

/** A transfer that ended otherwise, or whose time is over, needs no slot: its message does not go back for ever. */
async function isNeedless(message: EgressMessage, { deliver }: EgressDeps): Promise<boolean> {
  if (message.type !== 'deliver') return false;
  const { transferId, waits = 0 } = message;
  const isTime = waits >= LOOK_EVERY && (waits + turnOf(transferId)) % LOOK_EVERY === 0;
  return isTime && lookAtWaiting(transferId, deliver);
}

/** Spreads what was sent together over the waits at which it is looked at. */
function turnOf(transferId: string): number {
  return (transferId.charCodeAt(transferId.length - 1) + transferId.charCodeAt(transferId.length - 2)) % LOOK_EVERY;
}

async function putBack(message: EgressMessage, until: Date | undefined, deps: EgressDeps): Promise<void> {
  const { waits = 0 } = message;
  const { random, deciding } = deps.deliver;
  const pausedFor = until === undefined ? 0 : (until.getTime() - deciding.clock.now().getTime()) / 1000;
  const seconds = Math.ceil(Math.max(0, pausedFor)) + waitSeconds(waits, random());
  await deps.egress.send({ ...message, waits: waits + 1 }, Math.min(MAX_DELAY_SECONDS, seconds));
}

/** Notes of a processor whether it was well, whoever asked. */
function watch(deliverer: Deliverer): { readonly deliverer: Deliverer; health(): 'well' | 'failing' | null } {
  let health: 'well' | 'failing' | null = null;
  const note = (delivery: Delivery): Delivery => {
    health = meaningOf(delivery) === 'again' ? 'failing' : 'well';
    return delivery;
  };
  return {
    deliverer: {
      post: async (request) => note(await deliverer.post(request)),
      get: async (endpoint, segment) => note(await deliverer.get(endpoint, segment)),
    },
    health: () => health,
  };
}
