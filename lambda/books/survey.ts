import type { Register } from '../../policies/schema';
import { ACCESS_FLAG } from '../shared/names';
import { soundDates } from './decision';
import { documentOf } from './document';

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
