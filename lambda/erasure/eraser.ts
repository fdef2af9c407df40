import { type Clock, plusMs, type Sleep } from '../shared/clock';
import { inParallel } from '../shared/in-parallel';
import { backoffMs, MAX_TRIES, withBackoff } from './backoff';
import { addCounts, noCounts, subtractCounts } from './counts';
import { StepBusyError, StepInterruptedError, StoreBusyError, StoreFaultError, UnknownWorkError } from './errors';
import { LaneReader } from './lane-reader';
import { lanesOf, lanesOfPart, partCount } from './lanes';
import type { Counts, Step } from './model';
import type { Pacer } from './pacer';
import { PendingThings } from './pending-things';
import type { ErasableStore, Lane, LineKeeper, Ref, Refusal, StepKey, StepLedger, Target } from './ports';

export interface EraserDeps {
  readonly steps: StepLedger;
  readonly line: LineKeeper;
  /** Whose data the request means; undefined when it has ended and its step must not run any more. */
  readonly targetOf: (requestId: string) => Promise<Target | undefined>;
  readonly pacer: Pacer;
  readonly clock: Clock;
  readonly sleep: Sleep;
  /** Name of this worker, different for every invocation. */
  readonly owner: string;
  /** After this long the step is given back and goes on in another invocation. */
  readonly budgetMs: number;
  /** How long the step is ours without a journal entry; longer than the slowest window. */
  readonly leaseMs: number;
}

/** Most things erased between two journal entries. */
const WINDOW_SIZE = 10_000;
const WINDOW_GROWTH = 4;
/** Delete calls under way at once; the pacer decides how fast they go. */
const CALLS_AT_ONCE = 8;
/** Uploads first: one that is completed in between turns into a version. */
const PHASES: readonly Lane['kind'][] = ['uploads', 'versions', 'items'];

/**
 * Carries out one step of a plan: erases what its lanes hold and counts it.
 *
 * May be killed anywhere and called again: what is gone is not listed any more, and the journal
 * keeps the counts exact. Nothing that was refused is ever counted as erased.
 *
 * @returns `finished`, `again` when the time budget ended first, `cancelled` when the request was
 * @throws StepBusyError while another worker holds the step
 * @throws StepInterruptedError when the store kept refusing; the message should be delivered again
 * @throws LeaseLostError when another worker took over
 */
export async function eraseStep(
  key: StepKey,
  store: ErasableStore,
  deps: EraserDeps,
): Promise<'finished' | 'again' | 'cancelled'> {
  const startedAt = deps.clock.now();
  const claim = await deps.steps.claim(key, deps.owner, startedAt, deps.leaseMs);
  if (claim.outcome === 'done') return 'finished';
  if (claim.outcome === 'busy') throw new StepBusyError(key.storeId, key.part);
  if (claim.outcome === 'missing') throw new UnknownWorkError(`step ${key.round}/${key.storeId}/${key.part}`);

  const run = new StepRun(key, store, deps, claim.step, new PendingThings(claim.window));
  const deadline = plusMs(startedAt, deps.budgetMs);
  const target = await deps.targetOf(key.requestId);
  const all = target === undefined ? [] : lanesOfStep(claim.step, store, target);
  for (const phase of PHASES) {
    const lanes = all.filter((lane) => lane.kind === phase);
    const outcome = lanes.length === 0 ? 'finished' : await run.eraseLanes(lanes, deadline);
    if (outcome === 'again' && !run.gotOn()) throw new StepInterruptedError(key.storeId, 0);
    if (outcome !== 'finished') {
      await run.release();
      return outcome;
    }
  }
  await run.finish();
  return 'finished';
}

/** From the second round on a person is looked for under every shard: something was where it should not be. */
function lanesOfStep(step: Step, { store }: ErasableStore, target: Target): Lane[] {
  const lanes = lanesOf(store, target, step.expected, step.round > 1);
  return lanesOfPart(lanes, step.part, partCount(store, step.expected));
}

class StepRun {
  private found: Counts;
  private erasedAny = false;
  private held: Counts = noCounts();
  private refused: Counts = noCounts();
  private lineCrossed = false;

  constructor(
    private readonly key: StepKey,
    private readonly store: ErasableStore,
    private readonly deps: EraserDeps,
    before: { found: Counts; held: Counts; refused: Counts },
    private pending: PendingThings,
  ) {
    // What was held or refused is listed, and so counted, once more.
    this.found = subtractCounts(subtractCounts(before.found, before.held), before.refused);
  }

  /** Lists ahead while the window before is being erased. */
  async eraseLanes(lanes: readonly Lane[], deadline: Date): Promise<'finished' | 'again' | 'cancelled'> {
    const reader = new LaneReader(this.store, lanes, this.deps.sleep);
    // Windows grow from one batch, so that erasing begins before much is listed.
    let size = this.store.batchSize;
    let refs = await reader.nextWindow(size);
    while (refs.length > 0) {
      if (!(await this.mayErase())) return 'cancelled';
      const settle = await this.journal(refs);
      size = Math.min(this.store.windowSize ?? WINDOW_SIZE, size * WINDOW_GROWTH);
      const ahead = reader.nextWindow(size);
      // A failure of the listing is thrown below, once the erasing under way has ended.
      ahead.catch(() => undefined);
      const left = await this.eraseWindow(refs, deadline);
      settle();
      if (left.length > 0) {
        // They are counted, and the next invocation knows them by the journal.
        this.pending.add(left);
        return 'again';
      }
      refs = await ahead;
      if (refs.length > 0 && this.deps.clock.now() >= deadline) return 'again';
    }
    return 'finished';
  }

  /** Whether this invocation erased anything; if not, another one would do no better. */
  gotOn(): boolean {
    return this.erasedAny;
  }

  async release(): Promise<void> {
    await this.deps.steps.release(this.key, this.deps.owner, this.progress(), this.deps.clock.now());
  }

  async finish(): Promise<void> {
    this.pending = new PendingThings(new Uint8Array());
    await this.deps.steps.finish(this.key, this.deps.owner, this.progress(), this.deps.clock.now());
  }

  /** Crosses the line before the first deletion, or learns that the request was cancelled. */
  private async mayErase(): Promise<boolean> {
    if (this.lineCrossed) return true;
    const line = await this.deps.line.cross(this.key.requestId, this.deps.clock.now());
    this.lineCrossed = line.state === 'crossed';
    return this.lineCrossed;
  }

  private async journal(refs: readonly Ref[]): Promise<() => void> {
    const { uncounted, settle } = this.pending.add(refs);
    for (const ref of uncounted) this.found[ref.kind] += 1;
    const { steps, owner, clock, leaseMs } = this.deps;
    await steps.journal(this.key, owner, this.progress(), clock.now(), leaseMs);
    return settle;
  }

  private progress() {
    return { found: this.found, held: this.held, refused: this.refused, window: this.pending.toBytes() };
  }

  /**
   * What was not erased is pooled and tried again in full batches, slower each time. The answer is what is left
   * when the time is over.
   */
  private async eraseWindow(refs: readonly Ref[], deadline: Date): Promise<readonly Ref[]> {
    let rest = refs;
    for (let n = 1; rest.length > 0; n++) {
      if (n > MAX_TRIES) throw new StepInterruptedError(this.key.storeId, rest.length);
      if (n > 1) await this.deps.sleep(backoffMs(n));
      const again: Ref[] = [];
      await inParallel(batchesOf(rest, this.store.batchSize), CALLS_AT_ONCE, async (batch) => {
        again.push(...(await this.eraseBatch(batch)));
      });
      // Only tries that achieved nothing count: a slow store is not a dead one.
      const gotOn = again.length < rest.length;
      if (gotOn) n = 0;
      rest = again;
      if (gotOn && this.deps.clock.now() >= deadline) break;
    }
    return rest;
  }

  /** The answer is what is worth another try. */
  private async eraseBatch(batch: readonly Ref[]): Promise<Ref[]> {
    const ticket = await this.deps.pacer.take(keysPerPartition(batch));
    const refusals = await this.tryErase(batch);
    if (refusals.length < batch.length) this.erasedAny = true;
    const busy = refusals.filter((r) => r.cause === 'busy').map((r) => r.ref.partition);
    this.deps.pacer.answered(ticket, new Set(busy));
    const denied = refusals.filter((r) => r.cause === 'denied');
    await inParallel(denied, CALLS_AT_ONCE, (refusal) => this.settleDenied(refusal.ref));
    return refusals.filter((r) => r.cause !== 'denied').map((r) => r.ref);
  }

  private async tryErase(batch: readonly Ref[]): Promise<Refusal[]> {
    try {
      return await this.store.erase(batch);
    } catch (error) {
      if (error instanceof StoreBusyError) return batch.map((ref) => ({ ref, cause: 'busy' }));
      if (error instanceof StoreFaultError) return batch.map((ref) => ({ ref, cause: 'fault' }));
      throw error;
    }
  }

  /**
   * What was denied is held when it is locked. Else it is tried once more by itself: some engines refuse a
   * whole batch for one locked sibling, and a legal hold may have just been lifted. Then it counts as refused.
   */
  private async settleDenied(ref: Ref): Promise<void> {
    if (await withBackoff(() => this.store.isLocked(ref), this.deps.sleep)) {
      this.held = addCounts(this.held, one(ref));
      return;
    }
    const alone = await this.tryErase([ref]);
    if (alone.length > 0) this.refused = addCounts(this.refused, one(ref));
  }
}

function one(ref: Ref): Counts {
  return { ...noCounts(), [ref.kind]: 1 };
}

function batchesOf(refs: readonly Ref[], size: number): Ref[][] {
  const count = Math.ceil(refs.length / size);
  return Array.from({ length: count }, (_, i) => refs.slice(i * size, (i + 1) * size));
}

function keysPerPartition(refs: readonly Ref[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { partition } of refs) counts.set(partition, (counts.get(partition) ?? 0) + 1);
  return counts;
}
