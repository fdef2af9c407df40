import type { FieldRule, Processor, Transfers } from '../../policies/schema';
import type { Obligations } from './model';

/** What may be done with fields: the words of the register, and the field contract of one processor and purpose. */

/** What the register knows, for looking up. */
export interface Vocabulary {
  /** Field to the category of its data. */
  readonly fields: ReadonlyMap<string, string>;
  /** Category to whether it is sensitive. */
  readonly categories: ReadonlyMap<string, boolean>;
  /** Purpose to whether it sells something. */
  readonly purposes: ReadonlyMap<string, boolean>;
  readonly bases: ReadonlySet<string>;
}

const vocabularies = new WeakMap<Transfers, Vocabulary>();

/** The register's words, indexed once. */
export function vocabularyOf(words: Transfers): Vocabulary {
  const known = vocabularies.get(words);
  if (known !== undefined) return known;
  const vocabulary: Vocabulary = {
    fields: new Map(words.fields.map(({ name, category }) => [name, category])),
    categories: new Map(words.categories.map(({ id, sensitive }) => [id, sensitive])),
    purposes: new Map(words.purposes.map(({ id, commercial }) => [id, commercial])),
    bases: new Set(words.bases.map(({ id }) => id)),
  };
  vocabularies.set(words, vocabulary);
  return vocabulary;
}

/** The field contract of a processor for a purpose; undefined where it may not be used for that. */
export function contractOf(processor: Processor, purpose: string): readonly FieldRule[] | undefined {
  return processor.purposes.find(({ id }) => id === purpose)?.fields;
}

/** What was asked for, each name once, in the order of asking. */
export interface SortedFields {
  /** In the contract: may go. */
  readonly going: readonly FieldRule[];
  /** Known, and outside the contract: may not go. */
  readonly dropped: readonly string[];
  /** Names that the register does not know; they are counted and not kept. */
  readonly unknown: number;
}

export function sortFields(
  asked: readonly string[],
  contract: readonly FieldRule[],
  { fields }: Vocabulary,
): SortedFields {
  const going: FieldRule[] = [];
  const dropped: string[] = [];
  let unknown = 0;
  for (const name of new Set(asked)) {
    const rule = contract.find((candidate) => candidate.name === name);
    // A contract about a field without a category would hide what kind of data it is.
    if (!fields.has(name)) unknown++;
    else if (rule !== undefined) going.push(rule);
    else dropped.push(name);
  }
  return { going, dropped, unknown };
}

/** What has to be done before these fields go. */
export function obligationsOf({ going, dropped }: SortedFields, { endpoint }: Processor): Obligations {
  const named = (transform: FieldRule['transform']) =>
    going.filter((rule) => rule.transform === transform).map(({ name }) => name);
  return {
    drop: [...dropped],
    mask: named('mask'),
    tokenise: named('tokenise'),
    hash: named('hash'),
    truncate: named('truncate'),
    endpoint,
    log: true,
  };
}

/** Whether anything has to be done but to log. */
export function isBound({ drop, mask, tokenise, hash, truncate, endpoint }: Obligations): boolean {
  return endpoint !== null || [drop, mask, tokenise, hash, truncate].some((fields) => fields.length > 0);
}
