import type { Facts } from './facts';
import { follow, type Origin } from './follow';
import type { Verdict } from './rule';
import type { TemplateResource, Value } from './template';

const KEYS = ['AWS::KMS::Key', 'AWS::KMS::Alias', 'AWS::KMS::ReplicaKey'];

/** A key's id, its ARN, or an alias that is not one of AWS's own. */
const NAMED = [
  /^(mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/,
  /^arn:aws[a-z-]*:kms:.+:key\/.+/,
  /^(arn:aws[a-z-]*:kms:.+:)?alias\/(?!aws\/|<).+/,
];

/**
 * Whether a property names a customer-managed key in every case. Left out, it is a key of AWS; a parameter may be one,
 * and so may what comes from outside of the app.
 */
export function isCustomerKey(value: Value, from: TemplateResource): boolean {
  return follow(value, from).every(isKey);
}

function isKey(origin: Origin): boolean {
  if (origin.kind === 'resource') return KEYS.includes(origin.resource.type);
  if (origin.kind === 'text') return NAMED.some((pattern) => pattern.test(origin.text));
  return origin.kind === 'unseen' && origin.region === undefined;
}

/** The keys that a property names, comparable with those of other resources. */
export function keysNamed(value: Value, from: TemplateResource): readonly (TemplateResource | string)[] {
  return follow(value, from).flatMap((origin): readonly (TemplateResource | string)[] => {
    if (origin.kind === 'text') return [origin.text];
    return origin.kind === 'resource' ? [keyOf(origin.resource)] : [];
  });
}

/** Behind an alias of the app stands its key. */
function keyOf(resource: TemplateResource): TemplateResource {
  if (resource.type !== 'AWS::KMS::Alias') return resource;
  const [target] = follow(resource.properties.TargetKeyId, resource);
  return target?.kind === 'resource' ? target.resource : resource;
}

/** Whether the store may hold personal data: of a data role that is about people, or of one that nobody knows. */
export function isPersonal(resource: TemplateResource, facts: Facts): boolean {
  const role = resource.tags.get(facts.tags.dataRole);
  const known = role !== undefined && Object.hasOwn(facts.dataRoles, role) ? facts.dataRoles[role] : undefined;
  return known?.personal ?? true;
}

/** Judges a store by its data role: what holds nothing about people is not of the rule's business. */
export function ofPersonal(resource: TemplateResource, facts: Facts, holds: () => boolean): Verdict {
  if (!isPersonal(resource, facts)) return 'not-applicable';
  return holds() ? 'compliant' : 'broken';
}
