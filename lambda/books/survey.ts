import type { Register } from '../../policies/schema';
import type { RetentionDecision } from '../retention/decision';
import type { ResolveRetention, RetentionFacts } from '../retention/resolve';
import { ACCESS_FLAG } from '../shared/names';
import { booksDecision, fateOf, restDecision, soundDates } from './decision';
import {
  type BooksRegister,
  type DocumentDates,
  documentDates,
  documentOf,
  type KeptField,
  keptFieldsOf,
  kindOf,
} from './document';

/**
 * Counts documents by their keys alone, while the planner lists them. Keeps a count and a day for each
 * financial year and nothing of a key, so its memory does not grow with the rows.
 */
export class DocumentSurvey {
  /** Latest day of issue of each financial year, and how many documents it has. */
  private readonly years = new Map<string, { latest: string; documents: number }>();
  private unreadableRows = 0;

  /**
   * @param kind kind of policies/books.yaml that the rows are
   * @param asOf instant of the decision; a document of a later day is in doubt
   */
  constructor(
    readonly kind: string,
    private readonly asOf: string,
    private readonly register: Pick<Register, 'books'>,
  ) {}

  /** Takes note of one row. */
  add(sortKey: string): void {
    // Our own mark on the tenant, and no row of the product.
    if (sortKey === ACCESS_FLAG.sortKey) return;
    const document = documentOf(sortKey);
    const dates = document?.kind === this.kind ? soundDates(document.issuedOn, this.asOf, this.register) : undefined;
    if (document === undefined || dates === undefined) {
      this.unreadableRows += 1;
      return;
    }
    const year = this.years.get(dates.financialYearEnd);
    this.years.set(dates.financialYearEnd, {
      latest: year !== undefined && year.latest > document.issuedOn ? year.latest : document.issuedOn,
      documents: (year?.documents ?? 0) + 1,
    });
  }

  /** Rows whose key is not a document's, is of another kind, or of a day to come. */
  get unreadable(): number {
    return this.unreadableRows;
  }

  /** The financial years found, earliest first. */
  found(): { issuedOn: string; documents: number }[] {
    return [...this.years.entries()]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, { latest, documents }]) => ({ issuedOn: latest, documents }));
  }
}

/** What a plan says of a store of documents. */
export interface DocumentPlan {
  /** Dates of the latest document; empty where there is none, or one is in doubt. */
  readonly facts: Partial<DocumentDates>;
  /** For the statutory fields of the latest document, or for the rest where no document outlasts it. */
  readonly decision: RetentionDecision;
  /** For everything else in the rows. */
  readonly rest: RetentionDecision;
  /** Where the store's rows go: `books` also where the whole rows go to the vault for the time of `rest`. */
  readonly into: 'books' | 'vault' | null;
  /** Days on which kept documents become free, earliest first: how many, and by which decision. */
  readonly ends: readonly {
    readonly until: string;
    readonly documents: number;
    readonly decision: RetentionDecision;
  }[];
  /** Rows in doubt. More than none makes `decision` a `hold`. */
  readonly unreadable: number;
  /** Fields that stay in the books; empty where nothing does. */
  readonly keptFields: readonly KeptField[];
}

/**
 * Decides about a store of documents by what was counted of it. The plan's decision is that of the document
 * that is kept longest; when a row is carried out, its own date decides.
 *
 * @param facts what the planner knows of the request and the store
 * @throws Error on a kind that the register does not have
 */
export function planDocuments(
  survey: DocumentSurvey,
  facts: RetentionFacts,
  resolve: ResolveRetention,
  register: BooksRegister,
): DocumentPlan {
  const { kind, unreadable } = survey;
  const rest = restDecision(facts, resolve);
  const found = survey.found();
  if (unreadable > 0) {
    const decision = booksDecision(undefined, kind, facts, resolve, register);
    return { facts: {}, decision, rest, into: null, ends: [], unreadable, keptFields: [] };
  }
  const ends = found.flatMap(({ issuedOn, documents }) => {
    const fate = fateOf(booksDecision(issuedOn, kind, facts, resolve, register), rest);
    return fate.fate === 'end' && fate.books !== null ? [{ ...fate.books, documents }] : [];
  });
  ends.sort((a, b) => (a.until < b.until ? -1 : 1));
  const last = found.at(-1);
  return {
    facts: (last && documentDates(last.issuedOn, register)) ?? {},
    decision: ends.at(-1)?.decision ?? rest,
    rest,
    into: ends.length > 0 ? 'books' : rest.outcome === 'seal' ? 'vault' : null,
    ends,
    unreadable,
    keptFields: ends.length > 0 ? keptFieldsOf(kind, register) : [],
  };
}

/**
 * The decision about a planned store on a later day, from the dates that its plan holds. Without dates no document
 * was found, and there is nothing that a law of books could keep.
 */
export function decideAgain(
  kind: string,
  planned: Partial<DocumentDates>,
  facts: RetentionFacts,
  resolve: ResolveRetention,
  register: Pick<Register, 'books'>,
): RetentionDecision {
  const rest = restDecision(facts, resolve);
  if (planned.financialYearEnd === undefined) return rest;
  const fields = kindOf(kind, register).fields.map((field) => field.name);
  const fate = fateOf(resolve({ ...facts, ...planned, fields }), rest);
  return fate.fate === 'end' && fate.books !== null ? fate.books.decision : rest;
}
