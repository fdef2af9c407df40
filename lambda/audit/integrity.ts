/** What can be wrong with a trail's logs. The description is for whoever has to look. */
export const PROBLEMS = {
  'no-digest': 'A Region has no digest in the time looked at.',
  'hours-missing': 'No digest covers some hours.',
  'digest-missing': 'A digest that its successor names is not there.',
  'digest-changed': 'A digest is not the one that its successor has seen.',
  'digest-unreadable': 'A digest is not a compressed JSON document of the known form.',
  'digest-moved': 'A digest is not where it says that it was delivered.',
  'signature-missing': 'A digest has no signature.',
  'signature-wrong': 'The signature of a digest is not by the key that it names.',
  'key-unknown': "A digest names a key that is none of CloudTrail's.",
  'chain-broken': 'A digest names another predecessor than the one before it.',
  'chain-restarted': 'A digest names no predecessor although there is one: logging was stopped.',
  'log-missing': 'A log that a digest lists is not there.',
  'log-changed': 'A log is not the one that its digest lists.',
} as const satisfies Record<string, string>;

export type ProblemKind = keyof typeof PROBLEMS;

/** One problem: where it is, by names of objects and Regions alone. */
export interface Finding {
  readonly kind: ProblemKind;
  readonly region: string;
  /** The object that is wrong or missing. @default - it is about the Region's digests as a whole */
  readonly key?: string;
}

/** What a validation came to. */
export interface Integrity {
  /** The digests are those that end after this instant … */
  readonly from: string;
  /** … and not after this one. */
  readonly to: string;
  readonly regions: number;
  readonly digests: number;
  readonly logs: number;
  /** Digests of which all but the signature was checked. */
  readonly unsigned: number;
  /** How often each kind was found; kinds that were not found are left out. */
  readonly problems: Readonly<Partial<Record<ProblemKind, number>>>;
  /** The first problems, so many that a person can look at them. */
  readonly findings: readonly Finding[];
}

const FINDINGS = 50;

/** All problems of all kinds. */
export function problemCount({ problems }: Pick<Integrity, 'problems'>): number {
  return Object.values(problems).reduce((sum, count) => sum + count, 0);
}

/** Counts while a validation goes on. */
export class Tally {
  digests = 0;
  logs = 0;
  unsigned = 0;
  private readonly problems: Partial<Record<ProblemKind, number>> = {};
  private readonly findings: Finding[] = [];

  found(kind: ProblemKind, region: string, key?: string): void {
    this.problems[kind] = (this.problems[kind] ?? 0) + 1;
    if (this.findings.length < FINDINGS) this.findings.push({ kind, region, ...(key !== undefined && { key }) });
  }

  result(from: Date, to: Date, regions: number): Integrity {
    const { digests, logs, unsigned, problems, findings } = this;
    return { from: from.toISOString(), to: to.toISOString(), regions, digests, logs, unsigned, problems, findings };
  }
}
