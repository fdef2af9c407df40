import type { Expr, PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import { kindOf } from '../../../policies/transfers/policy-checks';
import { type Attributes, mutantsOf } from './expressions';

/** A policy with one change; null where it was deleted. */
export interface Mutant {
  readonly policyId: string;
  /** What was changed, e.g. `context.today < 20270513 → context.today <= 20270513`. */
  readonly change: string;
  readonly json: PolicyJson | null;
}

/** Every mutant of a policy: deleted, for every kind of processor, and with each change of its condition. */
export function mutantsOfPolicy(policyId: string, json: PolicyJson, attributes: Attributes): Mutant[] {
  const deleted = { policyId, change: 'deleted', json: null };
  const kind = kindOf(json);
  const widened =
    kind === null
      ? []
      : [{ policyId, change: `in Kind::"${kind}" → every kind`, json: { ...json, resource: { op: 'All' as const } } }];
  const [clause] = json.conditions;
  if (clause === undefined) return [deleted, ...widened];
  const seen = new Set([JSON.stringify(clause.body)]);
  const changed = mutantsOf(clause.body, attributes).flatMap(({ change, expr }: { change: string; expr: Expr }) => {
    const text = JSON.stringify(expr);
    if (seen.has(text)) return [];
    seen.add(text);
    return [{ policyId, change, json: { ...json, conditions: [{ ...clause, body: expr }] } }];
  });
  return [deleted, ...widened, ...changed];
}
