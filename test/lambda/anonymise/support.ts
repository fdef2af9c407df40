import fc from 'fast-check';
import { Census, type CensusResult, type PersonalRow } from '../../../lambda/anonymise/census';
import { loadRegister } from '../../../policies/load';
import type { AnonymiseRule } from '../../../policies/schema';

export const register = loadRegister();
const [first] = register.anonymise.rules;
if (first === undefined) throw new Error('the register has a rule to anonymise by');
export const rule: AnonymiseRule = { ...first, k: { ...first.k, number: 3 } };
/** The same with words that users write themselves. */
export const withText: AnonymiseRule = {
  ...rule,
  keeps: [...rule.keeps.slice(0, 2), { name: 'leavingBecause', from: 'leavingBecause', as: 'as-is' }],
  freeText: ['leavingBecause'],
};

export function user(subjectId: string, change: Record<string, unknown> = {}): PersonalRow {
  return {
    subjectId,
    attributes: {
      name: `Person ${subjectId.toUpperCase()}`,
      email: `${subjectId}@example.in`,
      mobile: '+91 98300 12345',
      plan: 'growth',
      signedUpAt: '2024-06-01T09:00:00.000Z',
      state: 'West Bengal',
      seats: 12,
      leavingBecause: 'too dear',
      ...change,
    },
  };
}

export function people(count: number, change: Record<string, unknown> = {}, prefix = 'u'): PersonalRow[] {
  return Array.from({ length: count }, (_, i) => user(`${prefix}-${i}`, change));
}

/** Both passes over the rows. */
export function anonymised(rows: readonly PersonalRow[], by = rule, tenantId = 'sundarban-textiles'): CensusResult {
  const census = new Census(by, tenantId, register);
  for (const row of rows) census.count(row);
  for (const row of rows) census.check(row);
  return census.result();
}

/** Users with few different values, so that some are alike, and with names that may stand in texts. */
export const anyRows: fc.Arbitrary<PersonalRow[]> = fc.array(
  fc
    .record({
      subject: fc.integer({ min: 0, max: 12 }),
      name: fc.constantFrom('Mitali Sen', 'Goa', 'मीरा शर्मा', 'Om', '', 'GROWTH'),
      email: fc.constantFrom('mitali@example.in', 'pro.2024@example.in', 'x'),
      mobile: fc.constantFrom('+91 98300 12345', '033-2242-1111', '12'),
      plan: fc.constantFrom('growth', 'starter', 'free'),
      signedUpAt: fc.constantFrom('2024-06-01', '2025-01-01T00:00:00.000Z', 'soon'),
      state: fc.constantFrom('West Bengal', 'goa', 'Atlantis'),
      seats: fc.constantFrom(3, 12, 200, 0, 2.5),
      leavingBecause: fc.constantFrom('too dear', 'Mitali left', 'ring 9830012345', 'मीरा said so'),
    })
    .map(({ subject, ...change }) => user(`u-${subject}`, change)),
  { maxLength: 60 },
);
