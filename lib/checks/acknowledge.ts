import { Stack, Validations } from 'aws-cdk-lib';
import { flattenCfnReference } from 'cdk-nag/lib/utils/flatten-cfn-reference';
import type { IConstruct } from 'constructs';
import { type Acknowledgement, acknowledgementSchema, type FindingId } from './acknowledgement';
import { type CallSite, callSite } from './call-site';

export type { Acknowledgement, FindingId } from './acknowledgement';

/** An acknowledgement as it was made. */
export interface MadeAcknowledgement {
  readonly construct: IConstruct;
  readonly terms: Acknowledgement;
  readonly findings: readonly string[];
  /** Where the helper was called. */
  readonly source: CallSite | null;
}

/** A pack's name, two colons and a rule's full id, with what it says in brackets. Warnings of the CDK are no findings. */
const QUALIFIED = /^(?!annotation::|construct-annotations::)[a-z][\w.-]*::[a-z][\w.-]*(\[.+\])?$/i;

/** By root of the tree. */
const made = new WeakMap<IConstruct, MadeAcknowledgement[]>();

/**
 * Accepts findings of the rule packs on this construct and its children, for a reason that the validation report repeats.
 * An unqualified id would silence the finding without leaving a trace, so it is refused.
 * @throws Error with the construct's path where the terms or an id are not as they should be
 */
export function acknowledge(construct: IConstruct, terms: Acknowledgement, ...ids: FindingId[]): void {
  const wrong = ids.find((id) => !QUALIFIED.test(id));
  if (wrong !== undefined || ids.length === 0)
    throw new Error(
      `${construct.node.path}: "${wrong ?? ''}" is not a qualified id such as AwsSolutions::AwsSolutions-S1.`,
    );
  register(construct, checked(construct, terms), ids, callSite(acknowledge));
}

/**
 * Accepts that a policy names all resources below an ARN, and no other wildcard beside it. The finding's
 * id holds the ARN as the template has it, which is known only once the references between stacks are
 * resolved: so this waits for the validation phase.
 * @throws Error with the construct's path where the terms are not as they should be
 */
export function acknowledgeWildcard(construct: IConstruct, terms: Acknowledgement, resource: string): void {
  const source = callSite(acknowledgeWildcard);
  const valid = checked(construct, terms);
  let isRegistered = false;
  construct.node.addValidation({
    validate: () => {
      const arn = flattenCfnReference(Stack.of(construct).resolve(resource));
      if (!isRegistered) register(construct, valid, [`AwsSolutions::AwsSolutions-IAM5[Resource::${arn}]`], source);
      isRegistered = true;
      return [];
    },
  });
}

/** Acknowledgements that were made in the tree that the construct is part of, wildcards once it is validated. */
export function acknowledgementsOf(construct: IConstruct): readonly MadeAcknowledgement[] {
  return made.get(construct.node.root) ?? [];
}

function register(
  construct: IConstruct,
  terms: Acknowledgement,
  ids: readonly string[],
  source: CallSite | null,
): void {
  const { root } = construct.node;
  made.set(root, [...acknowledgementsOf(root), { construct, terms, findings: ids, source }]);
  Validations.of(construct).acknowledge(...ids.map((id) => ({ id, reason: terms.reason })));
}

function checked(construct: IConstruct, terms: Acknowledgement): Acknowledgement {
  const { success, data, error } = acknowledgementSchema.safeParse(terms);
  if (success) return data;
  const faults = error.issues.map(({ path, message }) =>
    path.length === 0 ? message : `${path.join('.')}: ${message}`,
  );
  throw new Error(`${construct.node.path}: the acknowledgement is not complete: ${faults.join('; ')}.`);
}
