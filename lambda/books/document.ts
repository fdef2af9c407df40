import type { DocumentKind, Register } from '../../policies/schema';
import { parseDate } from '../retention/civil-date';
import { ID_PATTERN } from '../shared/layout';

/** The part of the register that documents are read by. */
export type BooksRegister = Pick<Register, 'books' | 'retention'>;

/** What the sort key of a document's row tells: `<subjectId>#tax-invoice#<YYYY-MM-DD>#<number>`. */
export interface DocumentKey {
  readonly subjectId: string;
  readonly kind: string;
  /** Date of issue, a day in India. */
  readonly issuedOn: string;
  /** Serial number: up to 16 letters, digits, hyphens and slashes (CGST Rules 2017, rule 46(b)). */
  readonly number: string;
}

const NUMBER = /^[A-Za-z0-9/-]{1,16}$/;

/** Reads the sort key of a document's row; undefined where it is not built as it should be. */
export function documentOf(sortKey: string): DocumentKey | undefined {
  const [subjectId = '', kind = '', issuedOn = '', number = '', ...rest] = sortKey.split('#');
  const sound = ID_PATTERN.test(subjectId) && kind !== '' && parseDate(issuedOn) !== undefined && NUMBER.test(number);
  return sound && rest.length === 0 ? { subjectId, kind, issuedOn, number } : undefined;
}

/** The days from which the floors of a document count. */
export interface DocumentDates {
  /** Last day of the financial year of its issue. */
  readonly financialYearEnd: string;
  /** Due date of the GST annual return for that year. */
  readonly annualReturnDueDate: string;
}

/** The dates of a document by its day of issue; undefined where that is none. */
export function documentDates(issuedOn: string, { books }: Pick<Register, 'books'>): DocumentDates | undefined {
  if (parseDate(issuedOn) === undefined) return undefined;
  const { financialYearEnd: end, annualReturnDue: due, extensions } = books.calendar;
  const issueYear = Number(issuedOn.slice(0, 4));
  const year = issuedOn.slice(5) <= monthDay(end) ? issueYear : issueYear + 1;
  const financialYearEnd = `${year}-${monthDay(end)}`;
  const extended = extensions.find((extension) => extension.financialYearEnd === financialYearEnd);
  return { financialYearEnd, annualReturnDueDate: extended?.dueDate ?? `${year}-${monthDay(due)}` };
}

/** A kind of document of the register. @throws Error on a kind that it does not have */
export function kindOf(kind: string, { books }: Pick<Register, 'books'>): DocumentKind {
  const found = books.documents.find((document) => document.kind === kind);
  if (found === undefined) throw new Error(`policies/books.yaml has no document of kind ${kind}`);
  return found;
}

/** A field that stays by law where the rest of a document goes. */
export interface KeptField {
  readonly field: string;
  /** The law that names the field, and the laws that keep the document. */
  readonly citation: string;
}

/** What a document of the kind may keep, each field with its law. @throws Error on an unknown kind */
export function keptFieldsOf(kind: string, register: BooksRegister): KeptField[] {
  const { fields, keptBy } = kindOf(kind, register);
  const laws = keptBy.flatMap((id) => {
    const rule = register.retention.rules.find((each) => each.id === id);
    return rule?.switch.on ? [rule.citation.source] : [];
  });
  return fields.map(({ name, citation }) => ({
    field: name,
    citation: `${citation.source}; kept by ${[...new Set(laws)].join('; ')}`,
  }));
}

function monthDay({ month, day }: { month: number; day: number }): string {
  return `${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}
