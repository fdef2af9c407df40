import { isAbsent, reach } from '../../reach';
import type { Rule } from '../../rule';
import { SOURCES } from '../../sources';
import type { Properties } from '../../template';

/** Any of them says whose call it has to be. */
const WHOSE = ['SourceArn', 'SourceAccount', 'PrincipalOrgID', 'OrganizationId'];

export const functionsNotPublic: Rule = {
  id: 'FunctionsNotPublic',
  area: 'exposure',
  severity: 'error',
  title: 'Functions are called by named principals and through authenticated URLs.',
  why: 'A function that everybody may call does for everybody what its role may do.',
  fix: 'Name a `Principal`, or set `SourceArn` or `SourceAccount`; set `AuthType` of URLs to `AWS_IAM`.',
  serves: [SOURCES.access, SOURCES.safeguards],
  types: ['AWS::Lambda::Permission', 'AWS::Lambda::Url', 'AWS::Lambda::LayerVersionPermission'],
  check({ type, properties }) {
    const closed = type === 'AWS::Lambda::Url' ? isAuthenticated(properties.AuthType) : isForSomebody(properties);
    return closed ? 'compliant' : 'broken';
  },
};

function isAuthenticated(authType: unknown): boolean {
  return reach(authType).every((one) => one === 'AWS_IAM');
}

function isForSomebody(properties: Properties): boolean {
  const { Principal, FunctionUrlAuthType } = properties;
  if (!reach(FunctionUrlAuthType).every((one) => isAbsent(one) || one === 'AWS_IAM')) return false;
  if (reach(Principal).every(isNamed)) return true;
  return WHOSE.some((name) => reach(properties[name]).every((one) => !isAbsent(one) && one !== '' && one !== '*'));
}

/** A name, a reference to something in the template or to its own account; a parameter may be a `*`. */
function isNamed(principal: unknown): boolean {
  if (typeof principal === 'string') return principal !== '*' && principal !== '';
  if (typeof principal !== 'object' || principal === null) return false;
  return !('Ref' in principal) || principal.Ref === 'AWS::AccountId';
}
