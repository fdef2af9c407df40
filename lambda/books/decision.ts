import type { Register } from '../../policies/schema';
import { parseDate, parseDayInIndia } from '../retention/civil-date';
import type { RetentionDecision } from '../retention/decision';
import type { ResolveRetention, RetentionFacts } from '../retention/resolve';
import { type DocumentDates, documentDates, kindOf } from './document';

/** Stands for whatever a row holds beside the fields that books.yaml lists. */
const EVERYTHING_ELSE = ['(every field that no law of books names)'];

/**
 * What is to be done with the fields of one document that laws name. A day of issue that is none, or that
 * lies after the decision, leaves its dates unknown, and the resolver then answers `hold`.
 *
 * @param issuedOn day in India; undefined where the row's key does not tell
 * @throws Error on a kind that the register does not have
 */
export function booksDecision(
  issuedOn: string | undefined,
  kind: string,
  facts: RetentionFacts,
  resolve: ResolveRetention,
  register: Pick<Register, 'books'>,
): RetentionDecision {
  const fields = kindOf(kind, register).fields.map((field) => field.name);
  return resolve({ ...withoutDates(facts), fields, ...soundDates(issuedOn, facts.asOf, register) });
}

/** What is to be done with everything else in such a row. */
export function restDecision(facts: RetentionFacts, resolve: ResolveRetention): RetentionDecision {
  return resolve({ ...withoutDates(facts), fields: EVERYTHING_ELSE });
}

/** The dates of a document that was issued by then. */
export function soundDates(
  issuedOn: string | undefined,
  asOf: string,
  register: Pick<Register, 'books'>,
): DocumentDates | undefined {
  const issued = issuedOn === undefined ? undefined : parseDate(issuedOn);
  const today = parseDayInIndia(asOf);
  if (issuedOn === undefined || issued === undefined || today === undefined || issued > today) return undefined;
  return documentDates(issuedOn, register);
}

/** What becomes of one row. Days are the first ones on which no law keeps it. */
export type RowFate =
  /** A person has to look: the facts do not add up, or a recovery window is open. */
  | { readonly fate: 'hold' }
  | {
      readonly fate: 'end';
      /** Its statutory fields stay in the books until this day; null where none has to. */
      readonly books: { readonly until: string; readonly decision: RetentionDecision } | null;
      /** The whole row stays in the vault until this day; null where it need not. */
      readonly vault: { readonly until: string; readonly decision: RetentionDecision } | null;
    };

/**
 * Sets the two decisions about one row beside each other. A law about all personal data keeps the whole row in
 * the vault; only what laws about documents keep beyond that needs the books.
 */
export function fateOf(statutory: RetentionDecision, rest: RetentionDecision): RowFate {
  if (statutory.outcome === 'hold' || rest.outcome === 'hold') return { fate: 'hold' };
  const vault = sealed(rest);
  const books = sealed(statutory);
  return { fate: 'end', vault, books: books !== null && (vault === null || books.until > vault.until) ? books : null };
}

function sealed(decision: RetentionDecision): { until: string; decision: RetentionDecision } | null {
  return decision.outcome === 'seal' && decision.notBefore !== null ? { until: decision.notBefore, decision } : null;
}

function withoutDates({ financialYearEnd: _, annualReturnDueDate: __, fields: ___, ...facts }: RetentionFacts) {
  return facts;
}
