import fc from 'fast-check';
import { decisionSchema } from '../../../lambda/retention/decision';
import { compileRetention, type RetentionFacts, resolveRetention } from '../../../lambda/retention/resolve';
import type { RetentionRule } from '../../../policies/schema';
import { anyFacts, anyFloor, dayInIndia, earliest, plus, register, ruleIds, soundFacts, withRule } from './support';

const resolve = compileRetention(register);
const RUNS = { numRuns: 2_000 };
const floors = register.retention.rules.filter((rule) => rule.kind === 'floor');

/** Last day that a floor keeps data of these facts, worked out anew; undefined where it does not bind. */
function keptThrough(floor: RetentionRule, facts: RetentionFacts): string | undefined {
  const { roles, classes, fields, entityTypes } = floor.appliesTo;
  if (!roles.includes(facts.dataRole) || !(classes?.includes(facts.dataClass) ?? true)) return undefined;
  if (fields && facts.fields && !facts.fields.some((field) => fields.includes(field))) return undefined;
  if (entityTypes && facts.entityType && !entityTypes.includes(facts.entityType)) return undefined;
  const fact = facts[floor.countsFrom ?? 'lastProcessedAt'] ?? facts.asOf;
  const start = fact.length === 10 ? fact : dayInIndia(fact);
  if (floor.inForceFrom !== null && start < floor.inForceFrom) return undefined;
  if (floor.until !== null && start >= floor.until) return undefined;
  return floor.period === null ? undefined : plus(start, floor.period);
}

describe('a retention decision', () => {
  it('never erases while any floor or hold applies', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        if (resolve(facts).outcome !== 'erase') return;
        expect(facts.holds ?? []).toEqual([]);
        const today = dayInIndia(facts.asOf);
        for (const floor of floors) {
          const last = keptThrough(floor, facts);
          if (last !== undefined) expect(last < today).toBe(true);
        }
      }),
      RUNS,
    );
  });

  it('keeps nothing past all floors and ceilings', () => {
    fc.assert(
      fc.property(soundFacts, (facts) => {
        const decision = resolve(facts);
        const today = dayInIndia(facts.asOf);
        const free = decision.reviewAt === null && decision.outcome !== 'erase';
        if (free && decision.notAfter !== null) expect(decision.notAfter > today).toBe(true);
        if (decision.notBefore !== null && decision.notAfter !== null)
          expect(decision.notBefore <= decision.notAfter).toBe(true);
        // On the named day the same facts are erased, and a day before they are not.
        if (decision.notBefore === null || facts.lastProcessedAt === undefined) return;
        const on = (day: string) => resolve({ ...facts, asOf: `${day}T00:00:00+05:30` }).outcome;
        expect(on(decision.notBefore)).toBe('erase');
        expect(on(plus(decision.notBefore, { unit: 'days', value: -1 }))).not.toBe('erase');
      }),
      RUNS,
    );
  });

  it('erases what a terminated tenant left once 90 days and every floor are over', () => {
    fc.assert(
      fc.property(soundFacts, (facts) => {
        const { terminatedAt, lastProcessedAt, dataRole, asOf } = facts;
        if (terminatedAt === undefined || lastProcessedAt === undefined) return;
        if ((dataRole !== 'tenant' && dataRole !== 'account') || facts.holds?.length) return;
        const over = [plus(dayInIndia(terminatedAt), { unit: 'days', value: 90 })];
        for (const floor of floors)
          over.push(plus(keptThrough(floor, facts) ?? '1970-01-01', { unit: 'days', value: 1 }));
        if (over.every((day) => day <= dayInIndia(asOf))) expect(resolve(facts).outcome).toBe('erase');
      }),
      RUNS,
    );
  });

  it('comes no earlier by another floor', () => {
    fc.assert(
      fc.property(anyFacts, anyFloor, (facts, floor) => {
        const more = resolveRetention(facts, withRule(floor));
        expect(earliest(more, facts.asOf) >= earliest(resolve(facts), facts.asOf)).toBe(true);
      }),
      RUNS,
    );
  });

  it('comes no earlier by another hold', () => {
    fc.assert(
      fc.property(anyFacts, fc.string(), fc.string(), (facts, holdId, reviewAt) => {
        const more = resolve({ ...facts, holds: [...(facts.holds ?? []), { holdId, reviewAt }] });
        expect(more.outcome).toBe('hold');
        expect(earliest(more, facts.asOf) >= earliest(resolve(facts), facts.asOf)).toBe(true);
      }),
      RUNS,
    );
  });

  it('cites at least one rule of the register, with an effect, and fits its schema', () => {
    const known = new Map(register.retention.rules.map((rule) => [rule.id, rule]));
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const decision = decisionSchema.parse(resolve(facts));
        for (const { ruleId, kind, citation, statement, effect } of decision.rules) {
          expect(known.get(ruleId)).toMatchObject({ kind, statement, citation: { source: citation } });
          expect(effect).toMatch(/\.$/);
        }
      }),
      RUNS,
    );
  });

  it('is erased only by a trigger or a ceiling', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const { outcome, rules } = resolve(facts);
        if (outcome === 'erase') expect(rules.some(({ kind }) => kind === 'trigger' || kind === 'ceiling')).toBe(true);
      }),
      RUNS,
    );
  });

  it('says that it is a conflict whenever a duty to keep wins over a call to erase', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const { outcome, conflict, rules } = resolve(facts);
        if (outcome === 'seal') expect(conflict).toMatch(/keeps through .* use ceases on/);
        if (outcome === 'erase') expect(conflict).toBeNull();
        const called = rules.some(({ kind }) => kind === 'trigger' || kind === 'ceiling');
        if (called && facts.holds?.length) expect(conflict).toMatch(/until it is lifted/);
      }),
      RUNS,
    );
  });

  it('is the same for the same facts, whichever was asked before', () => {
    fc.assert(
      fc.property(anyFacts, anyFacts, (facts, others) => {
        const first = resolve(facts);
        resolve(others);
        expect(resolve(structuredClone(facts))).toEqual(first);
        expect(resolveRetention(facts, structuredClone(register))).toEqual(first);
      }),
      { numRuns: 300 },
    );
  });

  it('does not change the facts or the register', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const copies = structuredClone({ facts, register });
        resolveRetention(facts, register);
        expect({ facts, register }).toEqual(copies);
      }),
      { numRuns: 50 },
    );
  });

  it('holds whatever does not add up, and asks for a person', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const decision = resolve(facts);
        if (ruleIds(decision).includes('facts-in-doubt'))
          expect(decision).toMatchObject({ outcome: 'hold', notBefore: null, notAfter: null });
      }),
      RUNS,
    );
  });
});
