import { performance } from 'node:perf_hooks';
import { compileRetention, type RetentionFacts } from '../../lambda/retention/resolve';
import type { Register } from '../../policies/schema';
import { randomFrom } from '../stubs/random';

/** Decides on invented facts in one thread, over and over, and reports how fast and with how much memory. */

/** What the client is asked to do. */
export interface ResolverTask {
  readonly register: Register;
  readonly seed: number;
  /** Decisions after which the heap is measured. */
  readonly early: number;
  /** Decisions after which it is measured again, and the speed is known. */
  readonly late: number;
}

/** What the client reports. */
export interface ResolverResult {
  /** From the early measurement to the late one: what the compiler does to a young program is left out. */
  readonly perSecond: number;
  readonly heapEarlyBytes: number;
  readonly heapLateBytes: number;
  /** Share of decisions by outcome: a resolver that always said the same would be fast too. */
  readonly outcomes: Record<string, number>;
}

const CASES = 10_000;
const DAY_MS = 86_400_000;
const FIRST_MS = Date.UTC(2026, 0, 1);

/** Facts of every class, in both eras, with and without dates and holds. */
function inventFacts({ data, erasure }: Register, seed: number): RetentionFacts[] {
  const random = randomFrom(seed);
  const below = (n: number) => Math.floor(random() * n);
  const reasons = [...erasure.reasons.map(({ id }) => id), 'termination', null];
  return Array.from({ length: CASES }, (_, i): RetentionFacts => {
    const { id, role } = data.classes[i % data.classes.length] ?? { id: 'none', role: 'tenant' as const };
    const asOf = FIRST_MS + below(6 * 365) * DAY_MS + below(DAY_MS);
    const ago = (days: number) => (random() < 0.3 ? undefined : new Date(asOf - below(days) * DAY_MS).toISOString());
    const year = 2014 + below(18);
    return {
      dataRole: role,
      dataClass: id,
      scope: random() < 0.5 ? 'tenant' : 'subject',
      reason: reasons[below(reasons.length)] ?? null,
      terminatedAt: ago(120),
      requestedAt: ago(30),
      lastProcessedAt: ago(800),
      financialYearEnd: `${year}-03-31`,
      annualReturnDueDate: `${year}-12-31`,
      entityType: random() < 0.5 ? 'company' : 'firm',
      holds: random() < 0.05 ? [{ holdId: 'matter-1', reviewAt: '2028-01-01' }] : [],
      asOf: new Date(asOf).toISOString(),
    };
  });
}

function heapBytes(): number {
  // Twice: what the first run finds dead may keep other things alive until the second.
  globalThis.gc?.();
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

function main({ register, seed, early, late }: ResolverTask): ResolverResult {
  const facts = inventFacts(register, seed);
  const resolve = compileRetention(register);
  const counts: Record<string, number> = { erase: 0, seal: 0, hold: 0 };
  const decide = (from: number, to: number) => {
    for (let i = from; i < to; i++) {
      const { outcome } = resolve(facts[i % CASES] as RetentionFacts);
      counts[outcome] = (counts[outcome] ?? 0) + 1;
    }
  };
  decide(0, early);
  const heapEarlyBytes = heapBytes();
  const startedAt = performance.now();
  decide(early, late);
  const seconds = (performance.now() - startedAt) / 1000;
  const outcomes = Object.fromEntries(Object.entries(counts).map(([outcome, count]) => [outcome, count / late]));
  return { perSecond: (late - early) / seconds, heapEarlyBytes, heapLateBytes: heapBytes(), outcomes };
}

process.send?.(main(JSON.parse(process.argv[2] ?? '{}') as ResolverTask), () => process.exit(0));
