import { UnknownWorkError } from '../erasure/errors';
import { type Clock, instant, plusMs } from '../shared/clock';
import { hasFlags, type Store } from '../shared/inventory';
import { type HideDeps, hideObjects, type WorkDone } from './hide';
import type { Direction, RecoveryMessage } from './model';
import type {
  FlagTable,
  HidingStore,
  HidingTrace,
  RecoveryLedger,
  RecoveryOutbox,
  RevealingStore,
  TickOutbox,
  WorkLedger,
} from './ports';
import { type RevealDone, revealObjects } from './reveal';

interface WorkerDeps extends Pick<HideDeps, 'sleep' | 'stopwatch'> {
  readonly ledger: RecoveryLedger & WorkLedger;
  readonly outbox: RecoveryOutbox;
  readonly ticks: TickOutbox;
  /** Time of what is written down. */
  readonly clock: Clock;
  readonly pacerOf: (storeId: string) => HideDeps['pacer'];
  /** Milliseconds after which an invocation gives back what is left. */
  readonly budgetMs: number;
}

export interface HideWorkerDeps extends WorkerDeps {
  readonly buckets: readonly HidingStore[];
  readonly tables: readonly FlagTable[];
  /** Name of this invocation. */
  readonly owner: string;
  /** Milliseconds after which this invocation certainly has ended, even if nothing was heard of it. */
  readonly lifetimeMs: number;
}

export interface RevealWorkerDeps extends WorkerDeps {
  readonly buckets: readonly RevealingStore[];
  readonly tables: readonly FlagTable[];
}

const NOTHING = { outcome: 'finished', count: 0 } as const;

/** How long a revelation waits before it asks again whether hiding has ended. */
const LOOK_AGAIN_SECONDS = 5;

/**
 * Hides one store of a tenant: markers on its objects, or the flag beside its rows. Then wakes the termination.
 * Once revealing has begun under the same termination, nothing is hidden any more and nobody is told.
 *
 * @throws UnknownWorkError for a store that is not in the inventory, ForeignFlagError, and what `hideObjects` throws
 */
export async function hideStore(message: RecoveryMessage, deps: HideWorkerDeps): Promise<void> {
  if (await isDone(message, 'hide', deps)) return tick(message, deps);
  const now = deps.stopwatch.now();
  if (!(await deps.ledger.beginHiding(message, deps.owner, plusMs(now, deps.lifetimeMs)))) return;
  const done = await hideInStore(message, plusMs(now, deps.budgetMs), deps);
  // Not after an error: a call without an answer may still arrive, so the worker counts as alive for a while.
  await deps.ledger.endHiding(message, deps.owner);
  await settle(message, 'hide', done, deps);
}

/**
 * Takes back what hiding did to one store of a tenant. Then wakes the termination.
 * While a worker may still be hiding it waits, by way of the queue; and a copy waits until its source is revealed.
 *
 * @throws UnknownWorkError for a store that is not in the inventory, and what `revealObjects` throws
 */
export async function revealStore(message: RecoveryMessage, deps: RevealWorkerDeps): Promise<void> {
  if (await isDone(message, 'reveal', deps)) return tick(message, deps);
  const bucket = find(deps.buckets, message.storeId);
  const trace = await traceFor(message, bucket?.store, deps);
  const now = deps.stopwatch.now();
  if (trace === 'too-early' || (trace.hidingUntil !== undefined && trace.hidingUntil > now))
    return deps.outbox.send(message, LOOK_AGAIN_SECONDS);
  const done =
    bucket === undefined
      ? await clearFlag(message, deps)
      : await revealObjects(message, trace, bucket, workDeps(message, plusMs(now, deps.budgetMs), deps));
  await settle(message, 'reveal', done, deps);
}

/**
 * What revealing has to know. S3 copies the source's markers to its copy, with the times that they have there; so in
 * the copy the window begins when hiding began in either. Markers that are gone from the source are copied no more.
 */
async function traceFor(
  message: RecoveryMessage,
  store: Store | undefined,
  deps: RevealWorkerDeps,
): Promise<HidingTrace | 'too-early'> {
  const trace = await deps.ledger.beginRevealing(message);
  if (store?.replicaOf === undefined) return trace;
  const source = { ...message, storeId: store.replicaOf };
  if (!(await isDone(source, 'reveal', deps))) return 'too-early';
  const begun = [trace.since, await deps.ledger.windowOf(source)].filter((since) => since !== undefined);
  return { ...trace, since: begun.toSorted((a, b) => a.getTime() - b.getTime()).at(0) };
}

async function hideInStore(message: RecoveryMessage, deadline: Date, deps: HideWorkerDeps): Promise<WorkDone> {
  const { tenantId, terminationId, storeId } = message;
  const bucket = find(deps.buckets, storeId);
  if (bucket !== undefined) return hideObjects(message, bucket, workDeps(message, deadline, deps));
  const flags = table(deps.tables, storeId);
  if (!hasFlags(flags.store)) return NOTHING;
  const since = instant(deps.clock.now());
  await flags.set(tenantId, { state: 'suspended', since, terminationId });
  return { outcome: 'finished', count: 1 };
}

async function clearFlag({ tenantId, terminationId, storeId }: RecoveryMessage, deps: RevealWorkerDeps) {
  const flags = table(deps.tables, storeId);
  if (!hasFlags(flags.store)) return NOTHING;
  await flags.clear(tenantId, terminationId);
  return { outcome: 'finished', count: 1 } as const;
}

async function settle(message: RecoveryMessage, direction: Direction, done: RevealDone, deps: WorkerDeps) {
  const count = await deps.ledger.report(message, direction, done.count, done.position);
  if (done.outcome === 'again') return deps.outbox.send(message);
  const { tenantId, terminationId, storeId } = message;
  await deps.ledger.markDone(tenantId, terminationId, { storeId, direction, count, at: instant(deps.clock.now()) });
  await tick(message, deps);
}

function tick({ tenantId, terminationId }: RecoveryMessage, { ticks, clock }: WorkerDeps): Promise<void> {
  return ticks.tick({ type: 'tick', tenantId, terminationId, observedAt: instant(clock.now()) });
}

async function isDone(message: RecoveryMessage, direction: Direction, { ledger }: WorkerDeps): Promise<boolean> {
  return (await ledger.done(message.tenantId, message.terminationId, direction)).includes(message.storeId);
}

function workDeps({ storeId }: RecoveryMessage, deadline: Date, deps: WorkerDeps) {
  const { ledger, sleep, stopwatch } = deps;
  return { ledger, sleep, stopwatch, deadline, pacer: deps.pacerOf(storeId) };
}

function find<S extends { readonly store: { readonly id: string } }>(stores: readonly S[], id: string): S | undefined {
  return stores.find(({ store }) => store.id === id);
}

function table(tables: readonly FlagTable[], storeId: string): FlagTable {
  const found = find(tables, storeId);
  if (found === undefined) throw new UnknownWorkError(`store ${storeId}`);
  return found;
}
