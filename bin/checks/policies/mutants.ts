import type { PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import { processorKinds } from '../../../policies/transfer-schema';
import { kindOf } from '../../../policies/transfers/policy-checks';
import { type Attributes, mutantsOf } from './expressions';

/** A policy with one change; null where it was deleted. */
export interface Mutant {
  readonly policyId: string;
  /** What was changed, e.g. `context.today < 20270513 → context.today <= 20270513`. */
  readonly change: string;
  readonly json: PolicyJson | null;
}

/** Every mutant of a policy: deleted, with each other scope, and with each change of its condition. */
export function mutantsOfPolicy(policyId: string, json: PolicyJson, attributes: Attributes): Mutant[] {
  const deleted = { policyId, change: 'deleted', json: null };
  return [deleted, ...scopes(policyId, json), ...conditions(policyId, json, attributes)];
}

/** For every kind of processor where it was for one, and for one where it was for every or another. */
function scopes(policyId: string, json: PolicyJson): Mutant[] {
  const kind = kindOf(json);
  const all = {
    policyId,
    change: `in Kind::"${kind}" → every kind`,
    json: { ...json, resource: { op: 'All' as const } },
  };
  const others = processorKinds
    .filter((other) => other !== kind)
    .map((id) => ({
      policyId,
      change: `${kind === null ? 'every kind' : `in Kind::"${kind}"`} → in Kind::"${id}"`,
      json: { ...json, resource: { op: 'in' as const, entity: { type: 'Kind', id } } },
    }));
  return kind === null ? others : [all, ...others];
}

function conditions(policyId: string, json: PolicyJson, attributes: Attributes): Mutant[] {
  const [clause] = json.conditions;
  if (clause === undefined) return [];
  const seen = new Set([JSON.stringify(clause.body)]);
  return mutantsOf(clause.body, attributes).flatMap(({ change, expr }) => {
    const text = JSON.stringify(expr);
    if (seen.has(text)) return [];
    seen.add(text);
    return [{ policyId, change, json: { ...json, conditions: [{ ...clause, body: expr }] } }];
  });
}
