import { backoffMs, MAX_TRIES } from '../erasure/backoff';
import { StepInterruptedError, StoreBusyError, StoreFaultError } from '../erasure/errors';
import type { Pacer } from '../erasure/pacer';
import type { Ref, Refusal } from '../erasure/ports';
import type { Sleep } from '../shared/clock';
import { MarkRefusedError } from './errors';

/** Calls under way at once; the pacer decides how fast they go. */
const CALLS_AT_ONCE = 4;

export interface Batches {
  readonly storeId: string;
  /** Most things of one call. */
  readonly batchSize: number;
  /** Carries out one call; the answer is what was refused. @throws StoreBusyError, StoreFaultError */
  readonly call: (batch: readonly Ref[]) => Promise<Refusal[]>;
  readonly pacer: Pacer;
  readonly sleep: Sleep;
}

/** Works through listed things in full batches over page borders, while the listing goes on. Holds a few batches. */
export class BatchRunner {
  private readonly pool: Ref[] = [];
  private readonly running = new Set<Promise<void>>();
  private readonly failures: unknown[] = [];
  private settled = 0;

  constructor(private readonly batches: Batches) {}

  /** Things that have been worked on. */
  get count(): number {
    return this.settled;
  }

  /** Takes things in; starts the full batches, and waits while too many are under way. @throws as `flush` does */
  async add(refs: readonly Ref[]): Promise<void> {
    this.pool.push(...refs);
    while (this.pool.length >= this.batches.batchSize) await this.start(this.batches.batchSize);
  }

  /**
   * Works on all that is left and waits for the end.
   * @throws StepInterruptedError when the store kept failing, MarkRefusedError when it refused for good
   */
  async flush(): Promise<void> {
    if (this.pool.length > 0) await this.start(this.pool.length);
    await this.idle();
    this.throwFailure();
  }

  /** Waits until nothing is under way, whatever became of it. */
  async idle(): Promise<void> {
    await Promise.all(this.running);
  }

  private async start(size: number): Promise<void> {
    while (this.running.size >= CALLS_AT_ONCE) await Promise.race(this.running);
    this.throwFailure();
    const call = this.carryOut(this.pool.splice(0, size))
      .catch((error: unknown) => void this.failures.push(error))
      .finally(() => this.running.delete(call));
    this.running.add(call);
  }

  private throwFailure(): void {
    if (this.failures.length > 0) throw this.failures[0];
  }

  private async carryOut(batch: readonly Ref[]): Promise<void> {
    let rest = batch;
    for (let n = 1; rest.length > 0; n++) {
      if (n > MAX_TRIES) throw new StepInterruptedError(this.batches.storeId, rest.length);
      if (n > 1) await this.batches.sleep(backoffMs(n));
      const left = await this.once(rest);
      this.settled += rest.length - left.length;
      // Only tries that achieved nothing count: a slow store is not a dead one.
      if (left.length < rest.length) n = 0;
      rest = left;
    }
  }

  /** The answer is what is worth another try. */
  private async once(batch: readonly Ref[]): Promise<Ref[]> {
    const ticket = await this.batches.pacer.take(countByPartition(batch));
    const refusals = await this.tryCall(batch);
    const busy = refusals.filter(({ cause }) => cause === 'busy').map(({ ref }) => ref.partition);
    this.batches.pacer.answered(ticket, new Set(busy));
    const denied = refusals.filter(({ cause }) => cause === 'denied').length;
    if (denied > 0) throw new MarkRefusedError(this.batches.storeId, denied);
    return refusals.map(({ ref }) => ref);
  }

  private async tryCall(batch: readonly Ref[]): Promise<Refusal[]> {
    try {
      return await this.batches.call(batch);
    } catch (error) {
      if (error instanceof StoreBusyError) return batch.map((ref) => ({ ref, cause: 'busy' }));
      if (error instanceof StoreFaultError) return batch.map((ref) => ({ ref, cause: 'fault' }));
      throw error;
    }
  }
}

function countByPartition(refs: readonly Ref[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { partition } of refs) counts.set(partition, (counts.get(partition) ?? 0) + 1);
  return counts;
}
