import {
  type AuthorizationAnswer,
  type PolicyJson,
  preparsePolicySet,
  statefulIsAuthorized,
} from '@cedar-policy/cedar-wasm/nodejs';
import { type CorpusCase, NO_POLICY_PERMITS } from '../../../policies/corpus/load';
import type { CedarRequest } from './cedar-request';

/** What is decided, and the policies that are the reason, in alphabetical order. */
export interface Decided {
  readonly outcome: CorpusCase['expect'];
  readonly reasons: readonly string[];
}

/** Reason of a denial because some policy could not be evaluated; Cedar itself would leave that policy out. */
export const EVALUATION_FAILED = 'engine.evaluation-failed';

/** A policy set, parsed once. The last one of a name counts. */
export class PolicySet {
  constructor(
    private readonly name: string,
    policies: ReadonlyMap<string, PolicyJson>,
  ) {
    const parsed = preparsePolicySet(name, { staticPolicies: Object.fromEntries(policies) });
    if (parsed.type === 'failure') throw new Error(parsed.errors.map(({ message }) => message).join('; '));
  }

  /** Decides by all policies of the set. */
  decide(request: CedarRequest): Decided {
    return decidedBy(statefulIsAuthorized({ ...request, preparsedPolicySetId: this.name }));
  }
}

function decidedBy(answer: AuthorizationAnswer): Decided {
  if (answer.type === 'failure' || answer.response.diagnostics.errors.length > 0)
    return { outcome: 'deny', reasons: [EVALUATION_FAILED] };
  const { decision, diagnostics } = answer.response;
  const reasons = diagnostics.reason.length === 0 ? [NO_POLICY_PERMITS] : [...diagnostics.reason].sort();
  return { outcome: decision, reasons };
}
