import { follow, remembered } from './follow';
import { documentOf, statements } from './policy-documents';
import { isIntrinsic, reach } from './reach';
import { listOf } from './statements';
import { isObject, type Template, type TemplateResource, textOf, type Value } from './template';

/** Types with policies that say what somebody may do. */
export const GRANTING = [
  'AWS::IAM::Role',
  'AWS::IAM::User',
  'AWS::IAM::Group',
  'AWS::IAM::Policy',
  'AWS::IAM::ManagedPolicy',
  'AWS::IAM::RolePolicy',
  'AWS::IAM::UserPolicy',
  'AWS::IAM::GroupPolicy',
  'AWS::SSO::PermissionSet',
] as const satisfies readonly [string, ...string[]];

const IDENTITIES = ['AWS::IAM::Role', 'AWS::IAM::User', 'AWS::IAM::Group'];

const boundaries = new WeakMap<readonly Template[], ReadonlySet<TemplateResource>>();
const read = new WeakMap<TemplateResource, readonly Value[]>();

/**
 * Statements that allow something to an identity. None for a policy that is nothing but a boundary: that grants nothing.
 */
export function granted(resource: TemplateResource): readonly Value[] {
  return remembered(read, resource, () => {
    const isBoundary = resource.type === 'AWS::IAM::ManagedPolicy' && boundariesOf(resource.app).has(resource);
    return isBoundary ? [] : documents(resource).flatMap(statements);
  });
}

function documents({ type, properties }: TemplateResource): readonly Value[] {
  if (type === 'AWS::SSO::PermissionSet') return reach(properties.InlinePolicy).map(documentOf);
  if (!IDENTITIES.includes(type)) return [properties.PolicyDocument];
  return listOf(properties.Policies).map((policy) =>
    isObject(policy) && !isIntrinsic(policy) ? policy.PolicyDocument : policy,
  );
}

/** Managed policies that are a boundary and are attached to nobody. */
function boundariesOf(app: readonly Template[]): ReadonlySet<TemplateResource> {
  return remembered(boundaries, app, () => {
    const identities = app.flatMap((template) => template.ofType(...IDENTITIES));
    const policies = app.flatMap((template) => template.ofType('AWS::IAM::ManagedPolicy'));
    const attached = named(identities, 'ManagedPolicyArns');
    const bounding = named(identities, 'PermissionsBoundary');
    return new Set(policies.filter((one) => isIn(bounding, one) && !isIn(attached, one) && !isAttached(one)));
  });
}

/** Resources and last parts of ARNs that a property of these identities refers to. */
function named(identities: readonly TemplateResource[], property: string): ReadonlySet<TemplateResource | string> {
  const origins = identities.flatMap((identity) =>
    listOf(identity.properties[property]).flatMap((one) => follow(one, identity)),
  );
  return new Set(
    origins.flatMap((origin): readonly (TemplateResource | string)[] => {
      if (origin.kind === 'resource') return [origin.resource];
      return origin.kind === 'text' ? [origin.text.split('/').at(-1) ?? ''] : [];
    }),
  );
}

function isIn(known: ReadonlySet<TemplateResource | string>, policy: TemplateResource): boolean {
  return known.has(policy) || known.has(textOf(policy.properties.ManagedPolicyName) ?? policy);
}

function isAttached({ properties }: TemplateResource): boolean {
  return ['Roles', 'Users', 'Groups'].some((to) => listOf(properties[to]).length > 0);
}
