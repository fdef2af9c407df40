import type { Clock, Sleep } from '../shared/clock';

interface Budget {
  /** Keys a second now. */
  rate: number;
  /** Keys that may go at once; negative while callers wait. */
  tokens: number;
  refilledAt: number;
  /** No answer yet: the store's own count of us has not begun. */
  fresh: boolean;
  /** When the rate was last lowered. */
  loweredAt: number;
}

export interface PacerOptions {
  /** Keys a second and partition that the store is known to take. */
  readonly ratePerSecond: number;
  readonly clock: Clock;
  readonly sleep: Sleep;
}

/** What one call took, to be given back with its answer. */
export interface Ticket {
  readonly partitions: readonly string[];
  readonly takenAt: number;
}

/** Share of a second's keys that may go at once: the rest of the store's burst is left for jitter on the way. */
const BURST = 0.9;
/** What a refusal leaves of the rate. */
const DECREASE = 0.7;
/** Share of the present rate that a quiet second wins: near a lower limit than the known one it creeps up. */
const RECOVERY_PER_SECOND = 0.25;
/** The rate never falls below this share, so that work always ends. */
const FLOOR = 0.02;

/**
 * Spends each partition's write budget evenly instead of trying and being refused.
 *
 * A refusal lowers the partition's rate, quiet time brings
 * it back up to the known rate. S3 counts every key of a DeleteObjects call as one write of the
 * partition's 3,500 a second, so parallel full batches on one partition only earn 503s.
 */
export class Pacer {
  private readonly budgets = new Map<string, Budget>();

  constructor(private readonly options: PacerOptions) {}

  /** Waits until the partitions can take these many keys, and spends them. */
  async take(keysPerPartition: ReadonlyMap<string, number>): Promise<Ticket> {
    let waitMs = 0;
    for (const [partition, keys] of keysPerPartition) {
      const budget = this.refilled(partition);
      budget.tokens -= keys;
      if (budget.tokens < 0) waitMs = Math.max(waitMs, (-budget.tokens / budget.rate) * 1000);
    }
    if (waitMs > 0) await this.options.sleep(Math.ceil(waitMs));
    return { partitions: [...keysPerPartition.keys()], takenAt: this.now() };
  }

  /**
   * The store answered, and refused keys of some of the partitions: their rate goes down, once for all
   * calls that were under way together, and what they had saved is lost.
   */
  answered({ partitions, takenAt }: Ticket, refused: ReadonlySet<string>): void {
    for (const partition of partitions) {
      const budget = this.refilled(partition);
      if (budget.fresh) Object.assign(budget, { fresh: false, refilledAt: this.now() });
      if (!refused.has(partition) || takenAt <= budget.loweredAt) continue;
      budget.rate = Math.max(this.options.ratePerSecond * FLOOR, budget.rate * DECREASE);
      budget.tokens = Math.min(budget.tokens, 0);
      budget.loweredAt = this.now();
    }
  }

  private refilled(partition: string): Budget {
    const { ratePerSecond } = this.options;
    const now = this.now();
    const known = this.budgets.get(partition);
    if (known === undefined) {
      const first = {
        rate: ratePerSecond,
        tokens: ratePerSecond * BURST,
        refilledAt: now,
        fresh: true,
        loweredAt: Number.NEGATIVE_INFINITY,
      };
      this.budgets.set(partition, first);
      return first;
    }
    if (known.fresh) return known;
    const seconds = Math.max(0, now - known.refilledAt) / 1000;
    known.rate = Math.min(ratePerSecond, known.rate * (1 + RECOVERY_PER_SECOND * seconds));
    known.tokens = Math.min(ratePerSecond * BURST, known.tokens + known.rate * seconds);
    known.refilledAt = now;
    return known;
  }

  private now(): number {
    return this.options.clock.now().getTime();
  }
}
