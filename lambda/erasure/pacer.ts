import type { Clock, Sleep } from '../shared/clock';

interface Budget {
  /** Keys a second now. */
  rate: number;
  /** Keys that may go at once; negative while callers wait. */
  tokens: number;
  refilledAt: number;
}

export interface PacerOptions {
  /** Keys a second and partition that the store is known to take. */
  readonly ratePerSecond: number;
  readonly clock: Clock;
  readonly sleep: Sleep;
}

/** Share of the known rate that one quiet second wins back after a refusal. */
const RECOVERY_PER_SECOND = 0.1;
/** The rate never falls below this share, so that work always ends. */
const FLOOR = 0.02;

/**
 * Spends each partition's write budget evenly instead of trying and being refused.
 *
 * Additive increase, multiplicative decrease: a refusal halves the partition's rate, quiet time
 * brings it back up to the known rate. S3 counts every key of a DeleteObjects call as one write
 * of the partition's 3,500 a second, so parallel full batches on one partition only earn 503s.
 */
export class Pacer {
  private readonly budgets = new Map<string, Budget>();

  constructor(private readonly options: PacerOptions) {}

  /** Waits until the partitions can take these many keys, and spends them. */
  async take(keysPerPartition: ReadonlyMap<string, number>): Promise<void> {
    let waitMs = 0;
    for (const [partition, keys] of keysPerPartition) {
      const budget = this.refilled(partition);
      budget.tokens -= keys;
      if (budget.tokens < 0) waitMs = Math.max(waitMs, (-budget.tokens / budget.rate) * 1000);
    }
    if (waitMs > 0) await this.options.sleep(Math.ceil(waitMs));
  }

  /** The store refused keys of these partitions: halve their rate and drop what they had saved. */
  refused(partitions: Iterable<string>): void {
    for (const partition of partitions) {
      const budget = this.refilled(partition);
      budget.rate = Math.max(this.options.ratePerSecond * FLOOR, budget.rate / 2);
      budget.tokens = Math.min(budget.tokens, 0);
    }
  }

  private refilled(partition: string): Budget {
    const { ratePerSecond } = this.options;
    const now = this.options.clock.now().getTime();
    const known = this.budgets.get(partition);
    if (known === undefined) {
      const fresh = { rate: ratePerSecond, tokens: ratePerSecond, refilledAt: now };
      this.budgets.set(partition, fresh);
      return fresh;
    }
    const seconds = Math.max(0, now - known.refilledAt) / 1000;
    known.rate = Math.min(ratePerSecond, known.rate + ratePerSecond * RECOVERY_PER_SECOND * seconds);
    known.tokens = Math.min(ratePerSecond, known.tokens + known.rate * seconds);
    known.refilledAt = now;
    return known;
  }
}
