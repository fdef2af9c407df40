import { coversAny } from '../holds/cover';
import { withHolds } from '../holds/held-store';
import type { HoldReader } from '../holds/hold';
import { type Clock, instant, type Sleep } from '../shared/clock';
import { SHARED } from '../shared/layout';
import { addCounts, noCounts, subtractCounts, totalOf } from './counts';
import { findErasedSubjects, type HasherOf } from './erased-subjects';
import { eraseStep } from './eraser';
import type { Counts, Step } from './model';
import type { Pacer } from './pacer';
import { erasuresByTenant, type PastErasure, type PastErasures, type TenantErasures } from './past-erasures';
import type { ErasableStore, LineKeeper, ResidueReader, StepLedger, StepProgress, Target } from './ports';

export interface ReplayDeps {
  readonly past: PastErasures;
  /** The restored copy. */
  readonly store: ErasableStore;
  /** Legal holds that stand now: what they keep stays, and keeps the copy from serving. */
  readonly holds: HoldReader;
  /** Second reader of the same copy. */
  readonly reader: ResidueReader;
  readonly hasherOf: HasherOf;
  readonly pacer: Pacer;
  readonly clock: Clock;
  readonly sleep: Sleep;
  readonly onProgress?: (progress: ReplayProgress) => void;
}

export interface ReplayOptions {
  /** Id of the store in the inventory. */
  readonly storeId: string;
  /** Instant to which the copy was restored, or earlier. */
  readonly since: Date;
  /** Counts what would go and erases nothing. */
  readonly dryRun: boolean;
}

/** How far a replay has come: ids and counts only. */
export interface ReplayProgress {
  readonly tenants: number;
  readonly tenantsDone: number;
  readonly erased: number;
}

export interface ReplayReport {
  /** Erasures since then that worked in the store. */
  readonly erasures: number;
  readonly erased: Counts;
  /** Kept by a legal hold or an Object Lock, or refused. */
  readonly kept: Counts;
  /** What the second reader saw afterwards; in a dry run, what would be erased. */
  readonly left: Counts;
  /** Requests of which something is left, or whose person could not be looked for. */
  readonly unfinished: readonly string[];
  /** Legal holds that kept something, or may have. */
  readonly heldBy: readonly string[];
  /** Nothing is left of any of them. */
  readonly mayServe: boolean;
}

/** What is to go, and the requests that said so. */
interface Task {
  readonly target: Target;
  readonly requestIds: readonly string[];
}

const DAY_MS = 24 * 3_600_000;

/**
 * Applies to a restored copy of a store every erasure that was carried out after the moment it was restored
 * to, and reads it again. Until that finds nothing, the copy may not serve.
 *
 * May be killed anywhere and called again: what is gone is not found any more. A failure is thrown and not
 * counted as done. Works a tenant at a time, with the eraser's own step.
 *
 * @throws StoreBusyError, StoreFaultError, StepInterruptedError when the copy kept refusing
 */
export async function replayErasures(options: ReplayOptions, deps: ReplayDeps): Promise<ReplayReport> {
  const tenants = await erasuresByTenant(deps.past.since(options.since), options.storeId);
  const run = new Replay(options, deps);
  for (const [tenantsDone, tenant] of tenants.entries()) {
    deps.onProgress?.({ tenants: tenants.length, tenantsDone, erased: run.erasedSoFar() });
    await run.tenant(tenant);
  }
  deps.onProgress?.({ tenants: tenants.length, tenantsDone: tenants.length, erased: run.erasedSoFar() });
  return run.report(tenants.reduce((sum, { whole, subjects }) => sum + whole.length + subjects.length, 0));
}

class Replay {
  private erased = noCounts();
  private kept = noCounts();
  private left = noCounts();
  private readonly unfinished = new Set<string>();
  private readonly heldBy = new Set<string>();

  constructor(
    private readonly options: ReplayOptions,
    private readonly deps: ReplayDeps,
  ) {}

  async tenant(erasures: TenantErasures): Promise<void> {
    const store = withHolds(this.deps.store, this.deps.holds, erasures.tenantId, this.deps.clock);
    for (const task of await this.tasksOf(erasures, store)) {
      if (!this.options.dryRun) await this.erase(task, store);
      await this.readAgain(task, store);
    }
  }

  erasedSoFar(): number {
    return totalOf(this.erased);
  }

  report(erasures: number): ReplayReport {
    const { erased, kept, left } = this;
    const [unfinished, heldBy] = [[...this.unfinished], [...this.heldBy]];
    const mayServe = unfinished.length === 0 && totalOf(kept) === 0 && totalOf(left) === 0;
    return { erasures, erased, kept, left, unfinished, heldBy, mayServe };
  }

  /** The erasure of a tenant takes its people with it; so nobody has to be looked for by hash. */
  private async tasksOf({ tenantId, whole, subjects }: TenantErasures, store: ErasableStore): Promise<Task[]> {
    if (whole.length > 0)
      return [{ target: { scope: 'tenant', tenantId }, requestIds: idsOf([...whole, ...subjects]) }];
    const hashed = subjects.filter(
      ({ subjectId, subjectHash }) => subjectId === undefined && subjectHash !== undefined,
    );
    for (const { requestId, subjectId, subjectHash } of subjects)
      if (subjectId === undefined && subjectHash === undefined) this.unfinished.add(requestId);
    const found = hashed.length === 0 ? [] : await findErasedSubjects(store, tenantId, hashed, this.deps);
    const known = subjects.flatMap(({ subjectId, requestId }) =>
      subjectId === undefined ? [] : [{ subjectId, requestIds: [requestId] }],
    );
    // Her erasure took what the tenant shares too, whether or not anything is in her own place. No id is `_`.
    const shared =
      store.store.subjectErasure === 'own-and-shared' ? [{ subjectId: SHARED, requestIds: idsOf(subjects) }] : [];
    return [...known, ...found, ...shared].map(({ subjectId, requestIds }) => ({
      target: { scope: 'subject', tenantId, subjectId },
      requestIds,
    }));
  }

  private async erase({ target, requestIds }: Task, store: ErasableStore): Promise<void> {
    const progress = await eraseAll(target, store, this.deps);
    const kept = addCounts(progress.held, progress.refused);
    this.erased = addCounts(this.erased, subtractCounts(progress.found, kept));
    this.kept = addCounts(this.kept, kept);
    if (totalOf(kept) === 0) return;
    for (const id of requestIds) this.unfinished.add(id);
    for (const hold of await this.deps.holds.holdsOf(target.tenantId))
      if (coversAny(hold, store.store, target)) this.heldBy.add(hold.holdId);
  }

  private async readAgain({ target, requestIds }: Task, store: ErasableStore): Promise<void> {
    const left = noCounts();
    for await (const page of this.deps.reader.read(store.store, target)) for (const { kind } of page) left[kind] += 1;
    this.left = addCounts(this.left, left);
    if (totalOf(left) > 0) for (const id of requestIds) this.unfinished.add(id);
  }
}

function idsOf(erasures: readonly PastErasure[]): string[] {
  return erasures.map(({ requestId }) => requestId);
}

/**
 * One step of the eraser, with its batches, patience and pacing. There is nothing to arbitrate and nobody
 * to share the work with: so the line is crossed, and the step lives in memory.
 */
async function eraseAll(target: Target, store: ErasableStore, deps: ReplayDeps): Promise<StepProgress> {
  const now = instant(deps.clock.now());
  // Round 2 looks for a person under every shard.
  const key = { requestId: 'replay', round: 2, storeId: store.store.id, part: 0 };
  const none = { found: noCounts(), held: noCounts(), refused: noCounts() };
  const step: Step = { ...key, ...none, action: 'erase', expected: 0, state: 'running', updatedAt: now };
  let last: StepProgress = { ...none, window: new Uint8Array() };
  const remember = (progress: StepProgress) => {
    last = { ...progress, found: { ...progress.found } };
    return Promise.resolve();
  };
  const steps: StepLedger = {
    claim: () => Promise.resolve({ outcome: 'claimed', step: { ...step, ...last }, window: last.window }),
    journal: (_key, _owner, progress) => remember(progress),
    release: (_key, _owner, progress) => remember(progress),
    finish: (_key, _owner, progress) => remember(progress),
  };
  const crossed = () => Promise.resolve({ state: 'crossed', at: now } as const);
  const line: LineKeeper = { cross: crossed, cancel: crossed, read: crossed };
  const targetOf = () => Promise.resolve(target);
  const { pacer, clock, sleep } = deps;
  const limits = { owner: 'replay', budgetMs: DAY_MS, leaseMs: DAY_MS };
  while ((await eraseStep(key, store, { steps, line, targetOf, pacer, clock, sleep, ...limits })) === 'again');
  return last;
}
