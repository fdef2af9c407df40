import fc from 'fast-check';
import { decisionSchema } from '../../../lambda/retention/decision';
import { type RetentionFacts, resolveRetention, UndecidableError } from '../../../lambda/retention/resolve';
import { loadRegister } from '../../../policies/load';

const register = loadRegister();
const reasons = register.erasure.reasons.map((reason) => reason.id);
const erasable = register.data.classes.filter((dataClass) => dataClass.role !== 'books');

const facts = (change: Partial<RetentionFacts> = {}): RetentionFacts => ({
  dataRole: 'tenant',
  dataClass: 'crm-records',
  scope: 'tenant',
  reason: 'tenant-request',
  asOf: '2026-11-22T10:00:00.000Z',
  ...change,
});
const cited = (change: Partial<RetentionFacts>) => resolveRetention(facts(change), register).rules.map((r) => r.ruleId);

const anyFacts: fc.Arbitrary<RetentionFacts> = fc
  .record({
    dataClass: fc.constantFrom(...erasable),
    scope: fc.constantFrom('tenant' as const, 'subject' as const),
    reason: fc.oneof(fc.constantFrom(...reasons), fc.string()),
    asOf: fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true }),
  })
  .map(({ dataClass, scope, reason, asOf }) =>
    facts({ dataRole: dataClass.role, dataClass: dataClass.id, scope, reason, asOf: asOf.toISOString() }),
  );

describe('resolveRetention', () => {
  it('erases what a tenant asks for and cites the privacy policy', () => {
    expect(resolveRetention(facts(), register)).toEqual({
      outcome: 'erase',
      rules: [
        {
          ruleId: 'instructed-erasure',
          statement: expect.any(String),
          citation: 'Privacy policy P12 (earlier deletion on request)',
        },
      ],
    });
  });

  it('cites the DPDP Act from the first minute of 13 May 2027 in India and not before', () => {
    const reason = 'consent-withdrawn';
    expect(cited({ reason, asOf: '2027-05-12T18:29:59.999Z' })).toEqual(['instructed-erasure', 'spdi-purpose-limit']);
    expect(cited({ reason, asOf: '2027-05-12T18:30:00.000Z' })).toEqual(['instructed-erasure', 'consent-withdrawal']);
  });

  it('reads an instant with the offset of India as the same moment', () => {
    expect(cited({ reason: 'contract-ended', asOf: '2027-05-13T00:00:00.000+05:30' })).toContain('purpose-over');
  });

  it("cites a person's right only where a person is to be erased", () => {
    const change = { reason: 'subject-request', asOf: '2028-01-01T00:00:00.000Z' };
    expect(cited({ ...change, scope: 'subject' })).toContain('right-to-erasure');
    expect(cited({ ...change, scope: 'tenant' })).not.toContain('right-to-erasure');
  });

  it('cites the order when a court has given one', () => {
    expect(cited({ reason: 'court-order', dataRole: 'account', dataClass: 'account-users' })).toContain(
      'ordered-erasure',
    );
  });

  it('answers for every erasable class, scope, reason and day, with at least one active rule', () => {
    const active = register.retention.rules.filter((rule) => rule.active).map((rule) => rule.id);
    fc.assert(
      fc.property(anyFacts, (asked) => {
        const decision = decisionSchema.parse(resolveRetention(asked, register));
        expect(decision.outcome).toBe('erase');
        for (const { ruleId } of decision.rules) expect(active).toContain(ruleId);
      }),
    );
  });

  it('gives the same facts the same answer', () => {
    fc.assert(
      fc.property(anyFacts, (asked) => {
        expect(resolveRetention(asked, register)).toEqual(resolveRetention({ ...asked }, structuredClone(register)));
      }),
    );
  });

  it('never erases books that a statute keeps', () => {
    expect(() => resolveRetention(facts({ dataRole: 'books', dataClass: 'statutory-books' }), register)).toThrow(
      UndecidableError,
    );
  });

  it('refuses a class that the register does not know, or that belongs to another role', () => {
    expect(() => resolveRetention(facts({ dataClass: 'crm-record' }), register)).toThrow(
      'the register has no data class "crm-record"',
    );
    expect(() => resolveRetention(facts({ dataRole: 'account' }), register)).toThrow(
      'class "crm-records" belongs to role tenant, not account',
    );
  });

  it('refuses a decision without a date', () => {
    expect(() => resolveRetention(facts({ asOf: 'today' }), register)).toThrow(UndecidableError);
  });
});
