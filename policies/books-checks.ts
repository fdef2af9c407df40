import { at, type CrossProblem, repeated, unknown } from './cross-problem';
import type { BundledRegister, DayFact, DocumentKind, RetentionRule } from './schema';

/** Clocks that start at the date of a document, so that a floor with one is about documents. */
const DOCUMENT_CLOCKS: readonly (DayFact | null)[] = ['financialYearEnd', 'annualReturnDueDate'];

/** What is wrong in books.yaml, by itself and beside the floors that keep what it lists. */
export function books(register: BundledRegister): CrossProblem[] {
  const { documents } = register.books;
  return [
    ...repeated(
      'books',
      ['documents'],
      documents.map((document) => document.kind),
      'kind',
    ),
    ...documents.flatMap((document, i) => documentProblems(register, document, i)),
    ...calendarProblems(register),
    ...floorProblems(register),
  ];
}

function documentProblems({ data, retention }: BundledRegister, document: DocumentKind, i: number): CrossProblem[] {
  const classes = data.classes.map((c) => c.id);
  const floors = documentFloors(retention.rules).map((rule) => rule.id);
  const path = ['documents', i];
  return [
    ...repeated(
      'books',
      [...path, 'fields'],
      document.fields.map((field) => field.name),
      'name',
    ),
    ...document.classes.flatMap((id, j) =>
      unknown('books', [...path, 'classes', j], 'a class of data.yaml', id, classes),
    ),
    ...document.keptBy.flatMap((id, j) =>
      unknown(
        'books',
        [...path, 'keptBy', j],
        'a floor of retention.yaml that counts from a financial year',
        id,
        floors,
      ),
    ),
  ];
}

/** A return is due after its year, and a notification can only put it off. */
function calendarProblems({ books: { calendar } }: BundledRegister): CrossProblem[] {
  const { financialYearEnd: end, annualReturnDue: due, extensions } = calendar;
  const problems = (['financialYearEnd', 'annualReturnDue'] as const).flatMap((name) => {
    const { month, day } = calendar[name];
    return day <= shortest(month)
      ? []
      : [at('books', ['calendar', name, 'day'], `expected a day that month ${month} has every year, got ${day}`)];
  });
  if (monthDay(due) <= monthDay(end))
    problems.push(
      at('books', ['calendar', 'annualReturnDue'], 'expected a day after the financial year', [
        'calendar',
        'financialYearEnd',
      ]),
    );
  return [
    ...problems,
    ...repeated(
      'books',
      ['calendar', 'extensions'],
      extensions.map((extension) => extension.financialYearEnd),
      'financialYearEnd',
    ),
    ...extensions.flatMap((extension, i) => {
      const path = ['calendar', 'extensions', i];
      const usual = `${extension.financialYearEnd.slice(0, 4)}-${monthDay(due)}`;
      const wrong: CrossProblem[] = [];
      if (extension.financialYearEnd.slice(5) !== monthDay(end))
        wrong.push(at('books', [...path, 'financialYearEnd'], `expected a ${monthDay(end)}`));
      if (extension.dueDate <= usual)
        wrong.push(at('books', [...path, 'dueDate'], `expected a day after ${usual}, got ${extension.dueDate}`));
      return wrong;
    }),
  ];
}

/** Each floor about documents keeps the fields of the kinds that name it: no more, or the person stays; no less. */
function floorProblems({ retention: { rules }, books: { documents } }: BundledRegister): CrossProblem[] {
  return documentFloors(rules).flatMap((rule) => {
    const path = ['rules', rules.indexOf(rule), 'appliesTo', 'fields'];
    const kinds = documents.filter((document) => document.keptBy.includes(rule.id));
    if (kinds.length === 0)
      return [at('retention', path, `expected a kind of books.yaml that names "${rule.id}" under keptBy`)];
    const listed = new Set(kinds.flatMap((document) => document.fields.map((field) => field.name)));
    const own = rule.appliesTo.fields ?? [];
    const missing = [...listed].filter((name) => !own.includes(name));
    const strange = own.filter((name) => !listed.has(name));
    const uncovered = kinds.flatMap((document) =>
      document.classes.filter((id) => !(rule.appliesTo.classes?.includes(id) ?? true)),
    );
    return [
      ...missing.map((name) => at('retention', path, `expected "${name}", which books.yaml lists for "${rule.id}"`)),
      ...strange.map((name) => at('retention', path, `expected a field of books.yaml, got "${name}"`)),
      ...uncovered.map((id) =>
        at('retention', [...path.slice(0, -1), 'classes'], `expected "${id}", whose documents name "${rule.id}"`),
      ),
    ];
  });
}

function documentFloors(rules: readonly RetentionRule[]): RetentionRule[] {
  return rules.filter((rule) => rule.kind === 'floor' && DOCUMENT_CLOCKS.includes(rule.countsFrom));
}

function monthDay({ month, day }: { month: number; day: number }): string {
  return `${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}

/** Days of a month in its shortest year. */
function shortest(month: number): number {
  return month === 2 ? 28 : [4, 6, 9, 11].includes(month) ? 30 : 31;
}
