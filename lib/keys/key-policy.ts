import { Tags } from 'aws-cdk-lib';
import { AccountRootPrincipal, type Conditions, PolicyDocument, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import { keyPerimeter } from '../guardrails/perimeter';

/**
 * What administrators may do with every key: run it, never use it. `kms:CreateGrant` is missing on
 * purpose, because a grant would let them hand themselves the use.
 */
const ADMINISTRATION = [
  'kms:DescribeKey',
  'kms:GetKeyPolicy',
  'kms:GetKeyRotationStatus',
  'kms:ListGrants',
  'kms:ListKeyPolicies',
  'kms:ListKeyRotations',
  'kms:ListResourceTags',
  'kms:EnableKey',
  'kms:DisableKey',
  'kms:EnableKeyRotation',
  'kms:DisableKeyRotation',
  'kms:PutKeyPolicy',
  'kms:UpdateKeyDescription',
  'kms:RetireGrant',
  'kms:RevokeGrant',
  'kms:TagResource',
  'kms:UntagResource',
  'kms:CreateAlias',
  'kms:UpdateAlias',
  'kms:DeleteAlias',
  'kms:ScheduleKeyDeletion',
  'kms:CancelKeyDeletion',
];

/** Policy of a key: who runs it, what it refuses to everybody, and then who uses it. No key has another. */
export function keyPolicy(...users: PolicyStatement[]): PolicyDocument {
  return new PolicyDocument({ statements: [administration(), ...keyPerimeter(), ...users] });
}

/**
 * Lets the account administer the key through IAM. What would end the key or change its policy is denied
 * again to all but a deployment and an emergency with a second factor (lib/guardrails/perimeter.ts).
 */
function administration(): PolicyStatement {
  return new PolicyStatement({
    sid: 'AdministratorsCannotUseTheKey',
    principals: [new AccountRootPrincipal()],
    actions: ADMINISTRATION,
    resources: ['*'],
  });
}

/**
 * Lets roles of the account that carry the tag use the key, if their own policy says so as well.
 * A tag and not role ARNs, because the roles live in stacks that are deployed after the key.
 */
export function useByTaggedRoles(
  tag: string,
  actions: string[],
  conditions: Conditions = {},
  sid = 'TaggedRolesUseTheKey',
): PolicyStatement {
  const { StringEquals, ...others } = conditions;
  return new PolicyStatement({
    sid,
    principals: [new AccountRootPrincipal()],
    actions,
    resources: ['*'],
    conditions: { ...others, StringEquals: { ...(StringEquals as object), [`aws:PrincipalTag/${tag}`]: 'true' } },
  });
}

/** Gives a role both halves of the permission: the tag for the key policy, the statement for its own. */
export function allowKeyUse(role: Role, tag: string, keyArn: string, actions: string[], conditions?: Conditions): void {
  Tags.of(role).add(tag, 'true');
  role.addToPolicy(new PolicyStatement({ actions, resources: [keyArn], conditions }));
}
