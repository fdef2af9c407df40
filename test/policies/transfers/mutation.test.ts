import { mutatePolicies } from '../../../bin/checks/policies/mutate';
import { loadCorpus } from '../../../policies/corpus/load';
import { loadRegister } from '../../../policies/load';
import { loadPolicies } from '../../../policies/transfers/load';

const register = loadRegister();
const policies = loadPolicies();
const corpus = loadCorpus(register, policies);

const survivors = (cases: typeof corpus) =>
  mutatePolicies(policies, cases, register).flatMap((result) =>
    result.survivors.map(({ policyId, change }) => `${policyId}: ${change}`),
  );

describe('policies that were changed', () => {
  it('are all told from what they were by some case of the corpus', () => {
    const results = mutatePolicies(policies, corpus, register);
    expect(results.flatMap((result) => result.survivors)).toEqual([]);
    expect(results.map(({ policyId }) => policyId)).toEqual(policies.policies.map(({ id }) => id));
    // Deleting alone makes one mutant of each.
    for (const { mutants } of results) expect(mutants).toBeGreaterThan(5);
  });

  it('would go unseen without the cases that are about them', () => {
    const without = survivors(corpus.filter(({ reasons }) => !reasons.includes('never.restricted-country')));
    expect(without).toContain('never.restricted-country: deleted');
    expect(without.every((line) => line.startsWith('never.restricted-country: '))).toBe(true);
  });

  it('would go unseen at their edges without the cases of those days', () => {
    const without = survivors(corpus.filter(({ name }) => !name.includes('last-day-of-the-spdi-rules')));
    expect(without).toContain('never.contract-ground-under-the-act: 20270513 → 20270512');
  });

  it('all survive where there is no corpus', () => {
    const results = mutatePolicies(policies, [], register);
    for (const { mutants, survivors: left } of results) expect(left).toHaveLength(mutants);
  });
});
