import { hash } from 'node:crypto';
import type { AnonymiseRule, Register } from '../../policies/schema';
import { SHARED } from '../shared/layout';
import { type Generalise, generaliser } from './generalise';
import { identifierOf, occursIn, type Searchable, searchable } from './identifiers';

/** A row that may leave a number behind. Lives in memory only. */
export interface PersonalRow {
  readonly subjectId: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** Why a row leaves nothing behind. */
export const FALL_BACKS = ['too-few-alike', 'identifier-in-text', 'unreadable', 'too-many-groups'] as const;
export type FallBack = (typeof FALL_BACKS)[number];

/** People who are alike, as a number. */
export interface Group {
  /** By the names of the rule's `keeps`. */
  readonly values: Readonly<Record<string, string>>;
  /** Rows that had these values, of at least k people. */
  readonly rows: number;
}

/** What anonymising comes to: published numbers, and how many rows fell back to plain erasure, by cause. */
export interface CensusResult {
  readonly groups: readonly Group[];
  readonly rows: number;
  readonly fellBack: Readonly<Partial<Record<FallBack, number>>>;
}

/** Different combinations that are counted at most: a rule with more describes people too closely. */
export const MOST_GROUPS = 500;
/** Bytes of a subject's hash: a chance match would only count two people as one. */
const HASH_BYTES = 8;

interface Alike {
  readonly values: readonly string[];
  rows: number;
  /** Hashes of different people, until there are k. */
  readonly people: Set<string>;
}

/**
 * Counts people who are alike, in two passes over the same rows: the first counts each combination of generalised
 * values with its different people, the second looks whether anybody's identifier stands in a value that would
 * be published. Memory is bounded by the combinations, whatever the number of rows.
 *
 * Pure: the same rows in any order give the same result.
 */
export class Census {
  private readonly generalise: Generalise;
  private readonly groups = new Map<string, Alike>();
  private readonly lost: Record<'unreadable' | 'too-many-groups', number> = { unreadable: 0, 'too-many-groups': 0 };
  private suspects: Suspect[] | undefined;

  /** @param tenantId is looked for in the values, as the ids of people are */
  constructor(
    private readonly rule: AnonymiseRule,
    private readonly tenantId: string,
    register: Pick<Register, 'anonymise'>,
  ) {
    this.generalise = generaliser(rule, register);
  }

  /** First pass. @throws Error after the second has begun */
  count({ subjectId, attributes }: PersonalRow): void {
    if (this.suspects !== undefined) throw new Error('the first pass is over');
    const values = subjectId === SHARED ? undefined : this.generalise(attributes);
    if (values === undefined) {
      this.lost.unreadable += 1;
      return;
    }
    const key = JSON.stringify(values);
    const group = this.groups.get(key) ?? { values, rows: 0, people: new Set() };
    if (group.rows === 0 && this.groups.size >= MOST_GROUPS) {
      this.lost['too-many-groups'] += 1;
      return;
    }
    this.groups.set(key, group);
    group.rows += 1;
    if (group.people.size < this.rule.k.number)
      group.people.add(hash('sha256', subjectId, 'hex').slice(0, HASH_BYTES * 2));
  }

  /** Second pass, over all rows again. */
  check({ subjectId, attributes }: PersonalRow): void {
    this.suspects ??= this.published();
    const texts = [this.tenantId, subjectId, ...this.rule.identifiers.flatMap((name) => textsOf(attributes[name]))];
    const identifiers = texts.map(identifierOf);
    for (const suspect of this.suspects) {
      suspect.tainted ||= identifiers.some((identifier) => occursIn(identifier, suspect.text, suspect.free));
    }
  }

  /** The outcome, groups in the order of their values. @throws Error when rows were counted and never checked */
  result(): CensusResult {
    if (this.groups.size > 0 && this.suspects === undefined) throw new Error('the second pass is missing');
    const tainted = new Set(
      this.suspects?.filter((suspect) => suspect.tainted).map(({ name, value }) => `${name}\0${value}`),
    );
    const groups: Group[] = [];
    const fellBack: Partial<Record<FallBack, number>> = {};
    const lose = (cause: FallBack, rows: number) => {
      if (rows > 0) fellBack[cause] = (fellBack[cause] ?? 0) + rows;
    };
    for (const cause of ['unreadable', 'too-many-groups'] as const) lose(cause, this.lost[cause]);
    for (const [, group] of [...this.groups].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const named = this.rule.keeps.map(({ name }, i) => [name, group.values[i] ?? ''] as const);
      if (!this.isAlike(group)) lose('too-few-alike', group.rows);
      else if (named.some(([name, value]) => tainted.has(`${name}\0${value}`))) lose('identifier-in-text', group.rows);
      else groups.push({ values: Object.fromEntries(named), rows: group.rows });
    }
    return { groups, rows: groups.reduce((sum, { rows }) => sum + rows, 0), fellBack };
  }

  private isAlike({ people }: Alike): boolean {
    return people.size >= this.rule.k.number;
  }

  /** Each value that could be published, once. */
  private published(): Suspect[] {
    const suspects = new Map<string, Suspect>();
    for (const group of this.groups.values())
      if (this.isAlike(group))
        for (const [i, { name }] of this.rule.keeps.entries()) {
          const value = group.values[i] ?? '';
          const free = this.rule.freeText.includes(name);
          suspects.set(`${name}\0${value}`, { name, value, text: searchable(value), free, tainted: false });
        }
    return [...suspects.values()];
  }
}

interface Suspect {
  readonly name: string;
  readonly value: string;
  readonly text: Searchable;
  /** Free text, in which a part of a name counts too. */
  readonly free: boolean;
  tainted: boolean;
}

/** The texts of an attribute, nested ones too: a list of e-mail addresses is several identifiers. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value === 'number') return [String(value)];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsOf);
}
