/**
 * How much is written out. What is beyond stands in evidence.json alone and the page says so, which keeps the page of
 * an app with thousands of resources small enough to be sent and opened on a phone.
 */
export interface Limits {
  /** Names of resources below all rules together. */
  readonly names: number;
  /** Findings below all rules together. */
  readonly findings: number;
  /** Findings below a rule within a promise, where the same rule stands several times. */
  readonly findingsWithin: number;
  /** Rows of tables. */
  readonly acknowledgements: number;
  readonly tests: number;
  readonly resources: number;
}

/** Size that a page has at most, in bytes, where leaving out can bring it about. */
export const MOST_BYTES = 1_950_000;

/** Steps after which nothing more is left out. */
export const STEPS = 8;

/**
 * @param step 0 = as much as may be; each further one leaves out more, names below rules first, since every resource
 * says in its own row which result it has
 */
export function limitsOf(step: number): Limits {
  const rest = 2 ** Math.max(0, step - 2);
  return {
    names: 12_000 / 2 ** step,
    findings: 1_000 / rest,
    findingsWithin: 5,
    acknowledgements: 1_000 / rest,
    tests: 1_000 / rest,
    resources: 3_000 / rest,
  };
}

/** As many for each as fit into the budget together when none has more than that. */
export function shareOf(budget: number, counts: readonly number[], least: number): number {
  const total = (share: number) => counts.reduce((sum, count) => sum + Math.min(count, share), 0);
  let share = Math.max(0, ...counts);
  while (share > least && total(share) > budget) share = Math.floor(share * 0.9);
  return Math.max(share, least);
}
