import fc from 'fast-check';
import { documentDates, documentOf, keptFieldsOf } from '../../../lambda/books/document';
import { anyDay, KIND, register, sortKey, statutory } from './support';

describe('the key of a document', () => {
  it('tells kind, day of issue and number', () => {
    expect(documentOf(sortKey('2026-05-04'))).toEqual({
      subjectId: 'u-1',
      kind: KIND,
      issuedOn: '2026-05-04',
      number: 'DC/26-27/0001',
    });
  });

  it.each([
    ['u-1'],
    ['u-1#tax-invoice#2026-05-04'],
    ['u-1#tax-invoice#2026-02-29#1'],
    ['u-1#tax-invoice#04-05-2026#1'],
    ['u-1#tax-invoice#2026-05-04T00:00#1'],
    ['u-1#tax-invoice#2026-05-04#1#2'],
    ['u-1#tax-invoice#2026-05-04#seventeen-letters'],
    ['u-1##2026-05-04#1'],
    ['_#tax-invoice#2026-05-04#1'],
    [''],
  ])('says nothing where it is not built as it should be: %s', (key) => {
    expect(documentOf(key)).toBeUndefined();
  });

  it('can be anything without an error', () => {
    fc.assert(fc.property(fc.string(), (key) => void documentOf(key)));
  });
});

describe('the dates of a document', () => {
  it.each([
    ['2026-03-31', '2026-03-31', '2026-12-31'],
    ['2026-04-01', '2027-03-31', '2027-12-31'],
    ['2028-02-29', '2028-03-31', '2028-12-31'],
    ['2027-12-31', '2028-03-31', '2028-12-31'],
  ])('of an invoice of %s are %s and %s', (issuedOn, financialYearEnd, annualReturnDueDate) => {
    expect(documentDates(issuedOn, register)).toEqual({ financialYearEnd, annualReturnDueDate });
  });

  it('never go back when the invoice is later, and never lie before it', () => {
    fc.assert(
      fc.property(anyDay, anyDay, (a, b) => {
        const [earlier, later] = [a, b].sort() as [string, string];
        const [first, second] = [documentDates(earlier, register), documentDates(later, register)];
        if (first === undefined || second === undefined) throw new Error('both are days');
        expect(first.financialYearEnd >= earlier).toBe(true);
        expect(first.financialYearEnd <= second.financialYearEnd).toBe(true);
        expect(first.annualReturnDueDate <= second.annualReturnDueDate).toBe(true);
        expect(first.financialYearEnd < first.annualReturnDueDate).toBe(true);
      }),
    );
  });

  it('take a due date that was put off from the register', () => {
    const books = structuredClone(register.books);
    const extension = { financialYearEnd: '2027-03-31', dueDate: '2028-02-29', citation: { source: 'Notification' } };
    books.calendar.extensions.push(extension);
    expect(documentDates('2026-05-04', { books })?.annualReturnDueDate).toBe('2028-02-29');
    expect(documentDates('2027-05-04', { books })?.annualReturnDueDate).toBe('2028-12-31');
  });

  it('of no day are none', () => {
    expect(documentDates('2027-02-29', register)).toBeUndefined();
  });
});

describe('the fields that stay', () => {
  it('are those of books.yaml, each with the rule that names it and the section that keeps it', () => {
    const kept = keptFieldsOf(KIND, register);
    expect(kept.map(({ field }) => field)).toEqual(statutory);
    for (const { citation } of kept) expect(citation).toMatch(/^CGST Rules 2017, rule 46.*CGST Act 2017, s\.36/);
  });

  it('are not known for another kind', () => {
    expect(() => keptFieldsOf('receipt', register)).toThrow('policies/books.yaml has no document of kind receipt');
  });
});
