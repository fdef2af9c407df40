import { loadRegister } from '../../policies/load';
import { lineOf, problemsAfter } from './broken-register';

const register = loadRegister();

describe('books.yaml', () => {
  it('is refused where a floor forgets a field, at the floor', () => {
    const problems = problemsAfter('retention.yaml', /recipientName, recipientAddress/, 'recipientName');
    // One list that the four floors share.
    expect(problems).toHaveLength(4);
    expect(problems).toContainEqual(expect.stringContaining('expected "recipientAddress", which books.yaml lists'));
  });

  it('is refused where a floor keeps a field that it does not list', () => {
    const problems = problemsAfter('retention.yaml', /recipientName, recipientAddress/, 'recipientName, email');
    expect(problems).toContainEqual(expect.stringContaining('expected a field of books.yaml, got "email"'));
  });

  it('is refused where a field is listed and no floor keeps it', () => {
    const line = lineOf('books.yaml', 'name: signature');
    expect(problemsAfter('books.yaml', 'name: signature', 'name: stamp')).toContainEqual(
      expect.stringContaining('expected "stamp", which books.yaml lists for "gst-records"'),
    );
    expect(problemsAfter('books.yaml', 'name: signature', 'name: taxRate')).toContainEqual(
      expect.stringContaining(`policies/books.yaml:${line}: documents[0].fields[18].name: expected a new one`),
    );
  });

  it('is refused where a floor of documents is named by no kind, or a kind names no such floor', () => {
    const without = problemsAfter('books.yaml', 'keptBy: [gst-records, ', 'keptBy: [');
    expect(without).toEqual([expect.stringContaining('a kind of books.yaml that names "gst-records" under keptBy')]);
    expect(problemsAfter('books.yaml', 'keptBy: [gst-records', 'keptBy: [one-year-minimum')).toContainEqual(
      expect.stringContaining('documents[0].keptBy[0]: expected a floor of retention.yaml'),
    );
  });

  it('is refused where a floor leaves out the class of its documents', () => {
    const floor = /(id: gst-records[\s\S]*?classes: \[statutory-books), billing-records\]/;
    expect(problemsAfter('retention.yaml', floor, '$1]')).toEqual([
      expect.stringContaining('appliesTo.classes: expected "billing-records", whose documents name "gst-records"'),
    ]);
    expect(problemsAfter('books.yaml', 'classes: [billing-records]', 'classes: [bills]')).toContainEqual(
      expect.stringContaining('documents[0].classes[0]: expected a class of data.yaml'),
    );
  });

  it('is refused where a due date is put forward, or of a year that ends on another day', () => {
    const extension = (end: string, due: string) =>
      `extensions: [{ financialYearEnd: ${end}, dueDate: ${due}, citation: { source: Notification } }]`;
    expect(problemsAfter('books.yaml', 'extensions: []', extension('2027-03-31', '2028-02-29'))).toEqual([]);
    expect(problemsAfter('books.yaml', 'extensions: []', extension('2027-03-31', '2027-12-30'))).toEqual([
      expect.stringContaining('dueDate: expected a day after 2027-12-31, got 2027-12-30'),
    ]);
    expect(problemsAfter('books.yaml', 'extensions: []', extension('2027-03-30', '2028-02-29'))).toEqual([
      expect.stringContaining('financialYearEnd: expected a 03-31'),
    ]);
  });

  it('is refused where the return is due before the year ends, or on a day that some years lack', () => {
    expect(problemsAfter('books.yaml', 'month: 12\n    day: 31', 'month: 2\n    day: 29')).toEqual([
      expect.stringContaining('annualReturnDue.day: expected a day that month 2 has every year, got 29'),
      expect.stringContaining('annualReturnDue: expected a day after the financial year'),
    ]);
  });

  it('names no way to reach the person among the fields that stay', () => {
    const names = register.books.documents.flatMap((document) => document.fields.map((field) => field.name));
    expect(names.filter((name) => /mail|mobile|phone|note|contact|account|card/i.test(name))).toEqual([]);
  });
});
