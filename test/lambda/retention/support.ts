import fc from 'fast-check';
import type { RetentionDecision } from '../../../lambda/retention/decision';
import type { RetentionFacts } from '../../../lambda/retention/resolve';
import { loadRegister } from '../../../policies/load';
import type { Register, RetentionRule } from '../../../policies/schema';

export const register = loadRegister();
export const reasons = register.erasure.reasons.map((reason) => reason.id);
const MS_PER_DAY = 86_400_000;

/** Facts of a plain request of today, changed as a test needs. */
export function factsWith(change: Partial<RetentionFacts> = {}): RetentionFacts {
  return {
    dataRole: 'tenant',
    dataClass: 'crm-records',
    scope: 'tenant',
    reason: 'tenant-request',
    asOf: '2026-11-22T10:00:00.000Z',
    ...change,
  };
}

/** The facts of the books of a year that ended on 31 March 2027. */
export const BOOKS: Partial<RetentionFacts> = {
  dataRole: 'books',
  dataClass: 'statutory-books',
  reason: null,
  financialYearEnd: '2027-03-31',
  annualReturnDueDate: '2027-12-31',
  entityType: 'company',
  asOf: '2028-02-01T00:00:00.000Z',
};

export const ruleIds = (decision: RetentionDecision) => decision.rules.map((rule) => rule.ruleId);

/** Calendar arithmetic by JavaScript's own `Date`, to check that of the resolver against. */
export function plus(date: string, period: NonNullable<RetentionRule['period']>): string {
  const [year = 0, month = 0, day = 0] = date.split('-').map(Number);
  if (period.unit === 'days') return isoOf(Date.UTC(year, month - 1, day + period.value));
  const months = month - 1 + (period.unit === 'years' ? 12 : 1) * period.value;
  const last = new Date(Date.UTC(year, months + 1, 0)).getUTCDate();
  return isoOf(Date.UTC(year, months, Math.min(day, last)));
}

export const isoOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);
export const dayInIndia = (instant: string) => isoOf(Date.parse(instant) + 5.5 * 3_600_000);

/** Instants around the commencement of the DPDP Rules, some within hours of it, and long after. */
const anyInstant = fc
  .oneof(
    fc.integer({ min: Date.parse('2024-01-01'), max: Date.parse('2040-01-01') }),
    fc.integer({ min: Date.parse('2027-05-11'), max: Date.parse('2027-05-15') }),
    fc.integer({ min: Date.parse('2028-02-27'), max: Date.parse('2028-03-02') }),
  )
  .map((ms) => new Date(ms).toISOString());

/** An instant up to some years before another, or unknown. */
const before = (years: number) =>
  fc.option(fc.oneof(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: years * 366 })), { nil: undefined });

/** Facts that agree with themselves, of any class, era and reason; what is unknown is left out. */
export const soundFacts: fc.Arbitrary<RetentionFacts> = fc
  .record({
    dataClass: fc.constantFrom(...register.data.classes),
    scope: fc.constantFrom('tenant' as const, 'subject' as const),
    reason: fc.constantFrom(...reasons, 'termination', null),
    asOf: anyInstant,
    terminated: before(2),
    requested: before(1),
    withdrawn: before(3),
    processed: before(4),
    yearEnd: fc.option(fc.integer({ min: 2014, max: 2040 }), { nil: undefined }),
    entityType: fc.constantFrom('company', 'firm', undefined),
    fields: fc.constantFrom(undefined, ['purpose'], ['remark'], ['purpose', 'remark']),
    holds: fc.array(fc.record({ holdId: fc.constantFrom('H-1', 'H-2'), reviewAt: anyInstant }), { maxLength: 2 }),
  })
  .map(({ dataClass, terminated, requested, withdrawn, processed, yearEnd, asOf, ...rest }) => {
    const ago = (days: number | undefined) =>
      days === undefined ? undefined : new Date(Date.parse(asOf) - days * MS_PER_DAY).toISOString();
    return {
      ...rest,
      asOf,
      dataRole: dataClass.role,
      dataClass: dataClass.id,
      terminatedAt: ago(terminated),
      requestedAt: ago(requested),
      consentWithdrawnAt: ago(withdrawn),
      lastProcessedAt: ago(processed),
      financialYearEnd: yearEnd === undefined ? undefined : `${yearEnd}-03-31`,
      annualReturnDueDate: yearEnd === undefined ? undefined : `${yearEnd}-12-31`,
    };
  });

/** Facts with anything in them, as a careless caller could give them. */
export const anyFacts: fc.Arbitrary<RetentionFacts> = fc
  .tuple(
    soundFacts,
    fc.record(
      {
        dataClass: fc.string(),
        dataRole: fc.constantFrom('account' as const, 'books' as const),
        reason: fc.string(),
        asOf: fc.oneof(fc.string(), anyInstant),
        terminatedAt: fc.oneof(fc.string(), anyInstant),
        lastProcessedAt: fc.oneof(fc.string(), anyInstant),
        consentWithdrawnAt: fc.oneof(fc.string(), anyInstant),
        financialYearEnd: fc.oneof(fc.string(), anyInstant),
        holds: fc.array(fc.record({ holdId: fc.string(), reviewAt: fc.string() }), { minLength: 1, maxLength: 2 }),
      },
      { requiredKeys: [] },
    ),
  )
  .map(([facts, change]) => ({ ...facts, ...change }));

/** A floor that the register does not have. */
export const anyFloor: fc.Arbitrary<RetentionRule> = fc
  .record({
    unit: fc.constantFrom('days' as const, 'months' as const, 'years' as const),
    value: fc.integer({ min: 1, max: 40 }),
    countsFrom: fc.constantFrom('lastProcessedAt' as const, 'financialYearEnd' as const, 'terminatedAt' as const),
    inForceFrom: fc.constantFrom(null, '2026-01-01', '2027-05-13', '2028-02-29'),
    until: fc.constantFrom(null, '2030-01-01'),
    fields: fc.option(fc.constant<string[]>(['purpose']), { nil: undefined }),
    entityTypes: fc.option(fc.constant<string[]>(['company']), { nil: undefined }),
  })
  .map(({ unit, value, countsFrom, inForceFrom, until, fields, entityTypes }) => ({
    id: 'another-floor',
    kind: 'floor' as const,
    authority: 'law' as const,
    statement: 'Another law wants everything kept.',
    period: { unit, value },
    countsFrom,
    inForceFrom,
    until,
    appliesTo: {
      roles: ['account', 'tenant', 'telemetry', 'books'],
      classes: null,
      scopes: null,
      reasons: null,
      ...(fields && { fields }),
      ...(entityTypes && { entityTypes }),
    },
    switch: { on: true as const, approver: 'General Counsel', approvedOn: null },
    citation: { source: 'Another Act, s.1' },
  }));

export function withRule(rule: RetentionRule): Register {
  return { ...register, retention: { ...register.retention, rules: [...register.retention.rules, rule] } };
}

/** First day on which a decision allows erasure; after all others where it names none. */
export function earliest(decision: RetentionDecision, asOf: string): string {
  return decision.outcome === 'erase' ? dayInIndia(asOf) : (decision.notBefore ?? '9999-12-31');
}
