import { Stack, Validations } from 'aws-cdk-lib';
import { flattenCfnReference } from 'cdk-nag/lib/utils/flatten-cfn-reference';
import type { IConstruct } from 'constructs';

/** A finding that stays, by its qualified id, e.g. `AwsSolutions::AwsSolutions-S1`. */
export type FindingId = `${string}::${string}`;

const SHORTEST_REASON = 20;

/**
 * Accepts findings of the rule packs on this construct and its children, for a reason that the
 * validation report repeats. An unqualified id would silence the finding without leaving a trace,
 * and an empty reason explains nothing, so both are refused.
 */
export function acknowledge(construct: IConstruct, reason: string, ...ids: FindingId[]): void {
  if (reason.trim().length < SHORTEST_REASON)
    throw new Error(`${construct.node.path}: say in at least ${SHORTEST_REASON} characters why the finding may stay.`);
  const wrong = ids.find((id) => !/^[A-Za-z][\w-]*::[A-Za-z][\w-]*(\[.+\])?$/.test(id));
  if (wrong !== undefined || ids.length === 0)
    throw new Error(`${construct.node.path}: "${wrong}" is not a qualified id such as AwsSolutions::AwsSolutions-S1.`);
  Validations.of(construct).acknowledge(...ids.map((id) => ({ id, reason })));
}

/**
 * Accepts that a policy names all resources below an ARN, and no other wildcard beside it. The finding's
 * id holds the ARN as the template has it, which is known only once the references between stacks are
 * resolved: so this waits for the validation phase.
 */
export function acknowledgeWildcard(construct: IConstruct, reason: string, resource: string): void {
  construct.node.addValidation({
    validate: () => {
      const arn = flattenCfnReference(Stack.of(construct).resolve(resource));
      acknowledge(construct, reason, `AwsSolutions::AwsSolutions-IAM5[Resource::${arn}]`);
      return [];
    },
  });
}
