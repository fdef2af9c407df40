import { isOwn, narrows, type Principal, principals, statements, UNKNOWN } from '../../policy-documents';
import { once } from '../../reach';
import type { Rule } from '../../rule';
import { SOURCES } from '../../sources';
import { at, isObject, type TemplateResource, type Value } from '../../template';

/** Conditions that say who it is, or that he was sent by somebody who knows. */
const WHO = [
  ...['sts:externalid', 'aws:principalorgid', 'aws:principalorgpaths', 'aws:principalarn', 'aws:principalaccount'],
  ...['aws:sourceaccount', 'aws:sourcearn', 'aws:sourceorgid'],
];

export const rolesTrustNamedPrincipals: Rule = {
  id: 'RolesTrustNamedPrincipals',
  area: 'access',
  severity: 'error',
  title: 'Roles are for services and principals of their own account, or for others under a condition.',
  why: 'Somebody of another account who guesses the name of the role has all its rights.',
  fix: 'Name principals in `AssumeRolePolicyDocument`, with a condition such as `sts:ExternalId` or `aws:PrincipalOrgID` for others.',
  serves: [SOURCES.access, SOURCES.safeguards],
  types: ['AWS::IAM::Role'],
  check(resource) {
    const trusted = statements(resource.properties.AssumeRolePolicyDocument);
    if (trusted.length === 0) return ['Principal::<unknown>'];
    return once(trusted.flatMap((statement) => strangers(statement, resource)));
  },
};

function strangers(statement: Value, from: TemplateResource): readonly string[] {
  const condition = at(statement, 'Condition');
  if (isObject(condition) && narrows(condition, WHO)) return [];
  return principals(statement, from)
    .filter((principal) => !isTrusted(principal, condition, from))
    .map(({ name }) => `Principal::${name}`);
}

function isTrusted(principal: Principal, condition: Value, from: TemplateResource): boolean {
  if (principal.kind === 'Service') return principal.name !== UNKNOWN && !principal.name.includes('*');
  if (principal.kind === 'Federated') return namesAudience(condition);
  return isOwn(principal, from);
}

/** An identity provider vouches for everybody whom it knows; the condition says for which of them. */
function namesAudience(condition: Value): boolean {
  if (!isObject(condition)) return false;
  const keys = Object.values(condition).flatMap((compared) => (isObject(compared) ? Object.keys(compared) : []));
  return narrows(
    condition,
    keys.map((key) => key.toLowerCase()).filter((key) => /:(aud|sub)$/.test(key)),
  );
}
