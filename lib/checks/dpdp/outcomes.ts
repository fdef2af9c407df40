/** How often a rule was asked, and what it said. What it was not applicable to does not count. */
export interface Outcome {
  /** Full id, e.g. `Dpdp-S3ReplicationInIndia` or `AwsSolutions-S1`. */
  readonly rule: string;
  /** Paths of the constructs that it holds for. */
  readonly compliant: string[];
  /** Paths of those that it does not hold for, acknowledged ones included. */
  readonly broken: string[];
}

/** Keeps what rules said. A report lists what failed alone; this is what shows that the others ran. */
export class Outcomes {
  private readonly byRule = new Map<string, Outcome>();

  note(rule: string, path: string, holds: boolean): void {
    const outcome = this.byRule.get(rule) ?? { rule, compliant: [], broken: [] };
    this.byRule.set(rule, outcome);
    (holds ? outcome.compliant : outcome.broken).push(path);
  }

  /** By rule, sorted. */
  all(): readonly Outcome[] {
    return [...this.byRule.values()].sort((a, b) => a.rule.localeCompare(b.rule));
  }

  /** Before a pack looks at the app again. */
  clear(): void {
    this.byRule.clear();
  }
}
