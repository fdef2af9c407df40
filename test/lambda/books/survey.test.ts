import fc from 'fast-check';
import { booksDecision, fateOf, restDecision } from '../../../lambda/books/decision';
import { DocumentSurvey, decideAgain, planDocuments } from '../../../lambda/books/survey';
import type { RetentionFacts } from '../../../lambda/retention/resolve';
import { anyDay, ask, KIND, register, resolve, sortKey } from './support';

function plan(days: readonly string[], facts: RetentionFacts = ask(), strangers: readonly string[] = []) {
  const survey = new DocumentSurvey(KIND, facts.asOf, register);
  for (const [i, day] of days.entries()) survey.add(sortKey(day, `N-${i}`));
  for (const key of strangers) survey.add(key);
  return planDocuments(survey, facts, resolve, register);
}

describe('a plan for invoices', () => {
  it('seals the statutory fields into the books and cites section 36 with its last day', () => {
    const { decision, rest, into, facts, keptFields, ends } = plan(['2026-05-04']);
    expect(decision).toMatchObject({ outcome: 'seal', notBefore: '2035-04-01' });
    expect(decision.rules).toContainEqual(
      expect.objectContaining({ citation: 'CGST Act 2017, s.36', effect: expect.stringContaining('2033-12-31') }),
    );
    expect(rest.outcome).toBe('erase');
    expect(into).toBe('books');
    expect(facts).toEqual({ financialYearEnd: '2027-03-31', annualReturnDueDate: '2027-12-31' });
    expect(keptFields).toContainEqual({
      field: 'recipientName',
      citation: expect.stringContaining('CGST Act 2017, s.36'),
    });
    expect(ends).toMatchObject([{ until: '2035-04-01', documents: 1 }]);
  });

  it('lists the end of each financial year, the latest deciding', () => {
    const { decision, ends } = plan(['2026-05-04', '2024-07-01', '2025-01-31', '2026-03-31']);
    expect(decision.notBefore).toBe('2035-04-01');
    expect(ends.map(({ until, documents }) => [until, documents])).toEqual([
      ['2033-04-01', 2],
      ['2034-04-01', 1],
      ['2035-04-01', 1],
    ]);
  });

  it('erases where there is no invoice, or none that a law still keeps', () => {
    for (const days of [[], ['2015-05-04']]) {
      const { decision, into, keptFields } = plan(days);
      expect(decision.outcome).toBe('erase');
      expect(into).toBeNull();
      expect(keptFields).toEqual([]);
    }
  });

  it('keeps the whole row in the vault, beside the books, where a law wants all personal data for a year', () => {
    const facts = ask({ asOf: '2027-06-01', requestedAt: '2027-06-01', lastProcessedAt: '2027-06-01' });
    const { decision, rest, into } = plan(['2027-05-20'], facts);
    expect(decision).toMatchObject({ outcome: 'seal', notBefore: '2036-04-01' });
    expect(rest).toMatchObject({ outcome: 'seal', notBefore: '2028-06-02' });
    expect(into).toBe('books');
    const old = plan(['2015-05-04'], facts);
    expect(old).toMatchObject({ into: 'vault', decision: { outcome: 'seal', notBefore: '2028-06-02' }, ends: [] });
  });

  it.each([
    ['a key that is no document', 'u-1#settings'],
    ['another kind of document', 'u-1#credit-note#2026-05-04#1'],
    ['a day to come', 'u-1#tax-invoice#2026-11-23#1'],
  ])('holds everything for a person to look at because of %s', (_, stranger) => {
    const { decision, unreadable, into } = plan(['2026-05-04'], ask(), [stranger]);
    expect(unreadable).toBe(1);
    expect(into).toBeNull();
    expect(decision).toMatchObject({ outcome: 'hold', reviewAt: '2026-11-22' });
    expect(decision.rules.map((rule) => rule.ruleId)).toContain('facts-in-doubt');
  });

  it('takes no notice of the mark by which a tenant is suspended', () => {
    expect(plan([], ask(), ['_#access'])).toMatchObject({ unreadable: 0, decision: { outcome: 'erase' } });
  });

  it('counts the day in India: an invoice of tomorrow there is not in doubt after half past six in the evening', () => {
    expect(plan(['2026-11-23'], ask({ asOf: '2026-11-22T18:30:00.000Z' })).unreadable).toBe(0);
    expect(plan(['2026-11-23'], ask({ asOf: '2026-11-22T18:29:59.999Z' })).unreadable).toBe(1);
  });

  it('remembers a number for each year, however many rows there are', () => {
    const survey = new DocumentSurvey(KIND, ask().asOf, register);
    for (let i = 0; i < 20_000; i++) survey.add(sortKey(`20${20 + (i % 6)}-06-15`, String(i)));
    expect(survey.found()).toHaveLength(6);
    expect(survey.found().reduce((sum, { documents }) => sum + documents, 0)).toBe(20_000);
  });

  it('decides again from the dates in the plan as it did at first', () => {
    fc.assert(
      fc.property(fc.array(anyDay, { maxLength: 5 }), anyDay, (days, asOf) => {
        const facts = ask({ asOf, requestedAt: asOf });
        const past = days.filter((day) => day <= asOf);
        const { facts: dates, decision } = plan(past, facts);
        expect(decideAgain(KIND, dates, facts, resolve, register)).toEqual(decision);
      }),
    );
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
