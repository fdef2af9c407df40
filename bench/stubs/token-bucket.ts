import { performance } from 'node:perf_hooks';

/** Write budgets of partitions: a rate, and a burst of one second of it. */
export class TokenBuckets {
  private readonly levels = new Map<string, { tokens: number; at: number }>();

  constructor(private readonly perSecond: number) {}

  /** Takes what every partition is asked for, or nothing at all. */
  take(wanted: ReadonlyMap<string, number>): boolean {
    const now = performance.now();
    for (const [partition, tokens] of wanted) if (this.level(partition, now).tokens < tokens) return false;
    for (const [partition, tokens] of wanted) this.level(partition, now).tokens -= tokens;
    return true;
  }

  private level(partition: string, now: number): { tokens: number; at: number } {
    let level = this.levels.get(partition);
    if (level === undefined) {
      level = { tokens: this.perSecond, at: now };
      this.levels.set(partition, level);
    }
    level.tokens = Math.min(this.perSecond, level.tokens + ((now - level.at) / 1000) * this.perSecond);
    level.at = now;
    return level;
  }
}
