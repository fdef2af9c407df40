import { mutatePolicies } from '../../../bin/checks/policies/mutate';
import { loadCorpus } from '../../../policies/corpus/load';
import { loadRegister } from '../../../policies/load';
import { loadPolicies } from '../../../policies/transfers/load';

const register = loadRegister();
const policies = loadPolicies();
const corpus = loadCorpus(register, policies);

/** Mutants of one policy that those cases do not tell. */
const survivors = (policyId: string, cases: typeof corpus) =>
  mutatePolicies({ ...policies, policies: policies.policies.filter(({ id }) => id === policyId) }, cases, register)
    .flatMap((result) => result.survivors)
    .map(({ change }) => change);

describe('policies that were changed', () => {
  it('are all told from what they were by some case of the corpus', () => {
    const results = mutatePolicies(policies, corpus, register);
    expect(results.flatMap((result) => result.survivors)).toEqual([]);
    expect(results.map(({ policyId }) => policyId)).toEqual(policies.policies.map(({ id }) => id));
    // Deleting alone makes one mutant of each.
    for (const { mutants } of results) expect(mutants).toBeGreaterThan(5);
  });

  it('would go unseen without the cases that are about them', () => {
    const others = corpus.filter(({ reasons }) => !reasons.includes('never.restricted-country'));
    expect(survivors('never.restricted-country', others)).toContain('deleted');
  });

  it('would go unseen at their edges without the cases of those days', () => {
    const others = corpus.filter(({ name }) => !name.includes('last-day-of-the-spdi-rules'));
    expect(survivors('never.contract-ground-under-the-act', others)).toContain('20270513 → 20270512');
  });

  it('all survive where there is no corpus', () => {
    const results = mutatePolicies(policies, [], register);
    for (const { mutants, survivors: left } of results) expect(left).toHaveLength(mutants);
  });
});
