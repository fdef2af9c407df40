import type { PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import { type CorpusCase, NO_POLICY_PERMITS } from '../../../policies/corpus/load';
import type { Register } from '../../../policies/schema';
import type { TransferPolicies } from '../../../policies/transfers/load';
import { attributesOf } from './attributes';
import { type CedarRequest, cedarRequest } from './cedar-request';
import { type Decided, EVALUATION_FAILED, PolicySet } from './evaluate';
import { type Mutant, mutantsOfPolicy } from './mutants';

/** What came of the mutants of one policy. */
export interface PolicyMutants {
  readonly policyId: string;
  readonly mutants: number;
  /** Those that no case of the corpus told from the policy. */
  readonly survivors: readonly Mutant[];
}

/** Whether a policy applies to a question; `failed` where it cannot be evaluated. */
type Applies = 'yes' | 'no' | 'failed';

interface Prepared {
  readonly request: CedarRequest;
  /** What every policy of the corpus's run says. */
  readonly applies: ReadonlyMap<string, Applies>;
  readonly decided: Decided;
}

/**
 * Changes each policy in every way of mutants.ts and looks whether some case of the corpus is decided otherwise, or for
 * other reasons. A mutant differs in one policy, so that policy alone is evaluated again: what Cedar decides follows
 * from which policies apply.
 */
export function mutatePolicies(
  { policies, schema }: TransferPolicies,
  corpus: readonly CorpusCase[],
  register: Register,
): PolicyMutants[] {
  const effects = new Map(policies.map(({ id, effect }) => [id, effect]));
  const attributes = attributesOf(schema, register);
  const prepared = prepare(policies, corpus, effects);
  return policies.map(({ id, json }) => {
    const mutants = mutantsOfPolicy(id, json, attributes);
    return { policyId: id, mutants: mutants.length, survivors: mutants.filter((m) => !isKilled(m, prepared, effects)) };
  });
}

function prepare(
  policies: TransferPolicies['policies'],
  corpus: readonly CorpusCase[],
  effects: ReadonlyMap<string, PolicyJson['effect']>,
): Prepared[] {
  const requests = corpus.map(({ question }) => cedarRequest(question));
  const columns = policies.map(({ id, json }) => ({ id, applies: appliesTo(id, json, requests) }));
  return requests.map((request, i) => {
    const applies = new Map(columns.map(({ id, applies: column }) => [id, column[i] ?? 'failed']));
    return { request, applies, decided: combine(applies, effects) };
  });
}

function appliesTo(id: string, json: PolicyJson, requests: readonly CedarRequest[]): Applies[] {
  const alone = new PolicySet('mutation', new Map([[id, json]]));
  return requests.map((request) => reading(alone.decide(request)));
}

function reading({ reasons: [reason] }: Decided): Applies {
  if (reason === EVALUATION_FAILED) return 'failed';
  return reason === NO_POLICY_PERMITS ? 'no' : 'yes';
}

/** As Cedar decides: one that forbids is enough, else one that permits is; and here a failure denies. */
export function combine(
  applies: ReadonlyMap<string, Applies>,
  effects: ReadonlyMap<string, PolicyJson['effect']>,
): Decided {
  const which = [...applies].filter(([, says]) => says === 'yes').map(([id]) => id);
  const forbidding = which.filter((id) => effects.get(id) === 'forbid').sort();
  if ([...applies.values()].includes('failed')) return { outcome: 'deny', reasons: [EVALUATION_FAILED] };
  if (forbidding.length > 0) return { outcome: 'deny', reasons: forbidding };
  if (which.length > 0) return { outcome: 'allow', reasons: which.sort() };
  return { outcome: 'deny', reasons: [NO_POLICY_PERMITS] };
}

function isKilled(
  { policyId, json }: Mutant,
  cases: readonly Prepared[],
  effects: ReadonlyMap<string, PolicyJson['effect']>,
): boolean {
  const alone = json === null ? undefined : new PolicySet('mutation', new Map([[policyId, json]]));
  return cases.some(({ request, applies, decided }) => {
    const says = alone === undefined ? 'no' : reading(alone.decide(request));
    if (says === applies.get(policyId)) return false;
    const now = combine(new Map([...applies, [policyId, says]]), effects);
    return now.outcome !== decided.outcome || now.reasons.join() !== decided.reasons.join();
  });
}
