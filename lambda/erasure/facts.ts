import type { Register } from '../../policies/schema';
import { fateOf, restDecision } from '../books/decision';
import { kindOf } from '../books/document';
import type { RetentionDecision } from '../retention/decision';
import type { ResolveRetention, RetentionFacts } from '../retention/resolve';
import { hashOf } from '../shared/canonical';
import { instant } from '../shared/clock';
import type { Store } from '../shared/inventory';
import type { PlanStore, RequestRecord, StoreAction } from './model';
import type { BooksYear, StoreDecision } from './situation';

/**
 * What the engine knows of a store's data. Use ends with the contract, or else when the erasure begins: what
 * the engine does afterwards, sealing included, is no use.
 */
export function factsOf(
  { dataRole, dataClass }: Pick<Store, 'dataRole' | 'dataClass'>,
  { scope, reason, createdAt, lastProcessedAt, termination, useCeasedAt }: RequestRecord,
  now: Date,
): RetentionFacts {
  // Until the erasure begins the data may be in use.
  const lastUse = lastProcessedAt ?? termination?.terminatedAt ?? useCeasedAt ?? instant(now);
  // Clocks of two functions may differ a little, and a fact from the future would be in doubt.
  const asOf = [instant(now), createdAt, lastUse].sort().at(-1) ?? instant(now);
  return {
    dataRole,
    dataClass,
    scope,
    reason,
    requestedAt: createdAt,
    ...(termination && { terminatedAt: termination.terminatedAt }),
    lastProcessedAt: lastUse,
    asOf,
  };
}

/** How a store's data is decided about. */
export interface Decidable extends Pick<PlanStore, 'documents' | 'years'> {
  /** Whether the register has fields of the class anonymised rather than erased. */
  readonly anonymises: boolean;
  /** Whether it is the copy of another store, in the second Region. */
  readonly isReplica: boolean;
}

/**
 * What the register says of a store's data, legal holds apart: on the whole of it and, where it is documents, on
 * the fields that laws on books name, for each financial year.
 *
 * @throws Error on a kind of document that the register does not have
 */
export function decideStore(
  { documents, years, anonymises, isReplica }: Decidable,
  facts: RetentionFacts,
  resolve: ResolveRetention,
  register: Pick<Register, 'books'>,
): Omit<StoreDecision, 'storeId'> {
  if (documents === null) {
    const whole = resolve(facts);
    return { action: isReplica ? actionOnReplica(whole) : actionOf(whole, anonymises), whole, books: [] };
  }
  const whole = restDecision(facts, resolve);
  const fields = kindOf(documents, register).fields.map(({ name }) => name);
  const fates = years.map((year) => {
    const { financialYearEnd, annualReturnDueDate } = year;
    return { year, fate: fateOf(resolve({ ...facts, fields, financialYearEnd, annualReturnDueDate }), whole) };
  });
  const books = fates.flatMap(({ year, fate }): BooksYear[] =>
    fate.fate === 'end' && fate.books !== null
      ? [{ financialYearEnd: year.financialYearEnd, documents: year.documents, ...fate.books }]
      : [],
  );
  const inDoubt = fates.some(({ fate }) => fate.fate === 'hold');
  const action = inDoubt ? null : books.length > 0 ? 'seal' : actionOf(whole, anonymises);
  return { action, whole, books };
}

function actionOf({ outcome }: RetentionDecision, anonymises: boolean): StoreAction | null {
  if (outcome === 'hold') return null;
  return outcome === 'erase' && anonymises ? 'anonymise' : outcome;
}

/** Its source is sealed first, and no law asks for the same bytes twice. */
function actionOnReplica({ outcome }: RetentionDecision): StoreAction | null {
  return outcome === 'hold' ? null : 'erase';
}

/** The decision that keeps longest: what a plan shows for a store. */
export function longestOf({ whole, books }: Pick<StoreDecision, 'whole' | 'books'>): RetentionDecision {
  return books.toSorted((a, b) => (a.until < b.until ? -1 : 1)).at(-1)?.decision ?? whole;
}

/** Ties a plan to the stores that existed when it was made. */
export function inventoryHash(stores: readonly Store[]): string {
  return hashOf([...stores].sort((a, b) => (a.id < b.id ? -1 : 1)));
}
