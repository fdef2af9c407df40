import fc from 'fast-check';
import { booksDecision, fateOf, restDecision } from '../../../lambda/books/decision';
import { documentDates } from '../../../lambda/books/document';
import { DocumentSurvey } from '../../../lambda/books/survey';
import { decideStore, longestOf } from '../../../lambda/erasure/facts';
import type { RetentionFacts } from '../../../lambda/retention/resolve';
import { anyDay, ask, KIND, register, resolve, sortKey } from './support';

function survey(keys: readonly string[], asOf = ask().asOf): DocumentSurvey {
  const counted = new DocumentSurvey(KIND, asOf, register);
  for (const key of keys) counted.add(key);
  return counted;
}

/** What the engine decides about invoices of these days. */
function plan(days: readonly string[], facts: RetentionFacts = ask()) {
  const years = survey(
    days.map((day, i) => sortKey(day, `N-${i}`)),
    facts.asOf,
  )
    .found()
    .map(({ issuedOn, documents }) => {
      const dates = documentDates(issuedOn, register);
      if (dates === undefined) throw new Error('a day that was found is one');
      return { ...dates, documents };
    });
  const decided = decideStore(
    { documents: KIND, years, anonymises: false, isReplica: false },
    facts,
    resolve,
    register,
  );
  return { ...decided, decision: longestOf(decided) };
}

describe('a plan for invoices', () => {
  it('seals the statutory fields into the books and cites section 36 with its last day', () => {
    const { action, decision, whole, books } = plan(['2026-05-04']);
    expect(action).toBe('seal');
    expect(decision).toMatchObject({ outcome: 'seal', notBefore: '2035-04-01' });
    expect(decision.rules).toContainEqual(
      expect.objectContaining({ citation: 'CGST Act 2017, s.36', effect: expect.stringContaining('2033-12-31') }),
    );
    expect(whole.outcome).toBe('erase');
    expect(books).toMatchObject([{ financialYearEnd: '2027-03-31', until: '2035-04-01', documents: 1 }]);
  });

  it('lists the end of each financial year, the latest deciding', () => {
    const { decision, books } = plan(['2026-05-04', '2024-07-01', '2025-01-31', '2026-03-31']);
    expect(decision.notBefore).toBe('2035-04-01');
    expect(books.map(({ until, documents }) => [until, documents])).toEqual([
      ['2033-04-01', 2],
      ['2034-04-01', 1],
      ['2035-04-01', 1],
    ]);
  });

  it('erases where there is no invoice, or none that a law still keeps', () => {
    for (const days of [[], ['2015-05-04']]) expect(plan(days)).toMatchObject({ action: 'erase', books: [] });
  });

  it('keeps the whole row in the vault, beside the books, where a law wants all personal data for a year', () => {
    const facts = ask({ asOf: '2027-06-01', requestedAt: '2027-06-01', lastProcessedAt: '2027-06-01' });
    const { decision, whole } = plan(['2027-05-20'], facts);
    expect(decision).toMatchObject({ outcome: 'seal', notBefore: '2036-04-01' });
    expect(whole).toMatchObject({ outcome: 'seal', notBefore: '2028-06-02' });
    expect(plan(['2015-05-04'], facts)).toMatchObject({
      action: 'seal',
      decision: { notBefore: '2028-06-02' },
      books: [],
    });
  });

  it.each([
    ['a key that is no document', 'u-1#settings'],
    ['another kind of document', 'u-1#credit-note#2026-05-04#1'],
    ['a day to come', 'u-1#tax-invoice#2026-11-23#1'],
  ])('counts as unreadable %s', (_, stranger) => {
    expect(survey([sortKey('2026-05-04'), stranger]).unreadable).toBe(1);
  });

  it('takes no notice of the mark by which a tenant is suspended', () => {
    const counted = survey(['_#access']);
    expect([counted.unreadable, counted.found()]).toEqual([0, []]);
  });

  it('counts the day in India: an invoice of tomorrow there is not in doubt after half past six in the evening', () => {
    expect(survey([sortKey('2026-11-23')], '2026-11-22T18:30:00.000Z').unreadable).toBe(0);
    expect(survey([sortKey('2026-11-23')], '2026-11-22T18:29:59.999Z').unreadable).toBe(1);
  });

  it('remembers a number for each year, however many rows there are', () => {
    const counted = survey(Array.from({ length: 20_000 }, (_, i) => sortKey(`20${20 + (i % 6)}-06-15`, String(i))));
    expect(counted.found()).toHaveLength(6);
    expect(counted.found().reduce((sum, { documents }) => sum + documents, 0)).toBe(20_000);
  });
});

describe('the fate of one row', () => {
  it('never is to go while a law keeps it, and never in doubt', () => {
    fc.assert(
      fc.property(fc.option(anyDay, { nil: undefined }), anyDay, (issuedOn, asOf) => {
        const facts = ask({ asOf, requestedAt: asOf });
        const statutory = booksDecision(issuedOn, KIND, facts, resolve, register);
        const fate = fateOf(statutory, restDecision(facts, resolve));
        if (issuedOn === undefined || issuedOn > asOf) expect(fate).toEqual({ fate: 'hold' });
        else if (fate.fate === 'end' && fate.books === null && fate.vault === null)
          expect(statutory.outcome).toBe('erase');
        else if (fate.fate === 'end') expect((fate.books ?? fate.vault)?.until).toBe(statutory.notBefore);
      }),
    );
  });

  it('keeps a later document at least as long', () => {
    fc.assert(
      fc.property(anyDay, anyDay, (a, b) => {
        const [earlier, later] = [a, b].sort() as [string, string];
        const facts = ask({ asOf: '2046-01-01', requestedAt: '2046-01-01' });
        const end = (day: string) => booksDecision(day, KIND, facts, resolve, register).notBefore ?? '';
        expect(end(earlier) <= end(later)).toBe(true);
      }),
    );
  });

  it('is to wait while a terminated tenant can still be restored', () => {
    const facts = ask({ scope: 'tenant', reason: 'termination', requestedAt: undefined, terminatedAt: '2026-11-01' });
    expect(fateOf(booksDecision('2026-05-04', KIND, facts, resolve, register), restDecision(facts, resolve))).toEqual({
      fate: 'hold',
    });
  });
});
