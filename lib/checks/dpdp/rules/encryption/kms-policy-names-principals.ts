import { isAbsent, reach } from '../../reach';
import { isEverybody } from '../../resource-policies';
import type { Rule } from '../../rule';
import { SOURCES } from '../../sources';
import { allowing, isStatement, listOf } from '../../statements';
import { isObject, type Value } from '../../template';

/** Keys of conditions that say who it is. Through which service he comes does not: everybody may use services. */
const WHO = [
  ...['aws:principalarn', 'aws:principalaccount', 'aws:principalorgid', 'aws:principalorgpaths', 'kms:calleraccount'],
  ...['aws:sourceaccount', 'aws:sourcearn', 'aws:sourceorgid', 'aws:userid'],
];

export const kmsPolicyNamesPrincipals: Rule = {
  id: 'KmsPolicyNamesPrincipals',
  area: 'keys',
  severity: 'error',
  title: 'Key policies name who may do something with the key.',
  why: 'A `*` lets everybody of every account in, as far as conditions do not keep them out.',
  fix: 'Name principals, or add a condition such as `aws:PrincipalArn`, `aws:PrincipalAccount` or `kms:CallerAccount`.',
  serves: [SOURCES.access, SOURCES.safeguards],
  types: ['AWS::KMS::Key', 'AWS::KMS::ReplicaKey'],
  check: ({ properties: { KeyPolicy } }) => {
    if (reach(KeyPolicy).every(isAbsent)) return 'not-applicable';
    const statements = allowing(KeyPolicy);
    if (statements.length === 0 || !statements.every(isStatement)) return 'broken';
    const isNarrow = statements.every(({ Principal, NotPrincipal, Condition }) => {
      if (!isAbsent(NotPrincipal)) return false;
      return !mayBeEverybody(Principal) || narrows(Condition);
    });
    return isNarrow ? 'compliant' : 'broken';
  },
};

/** A parameter may be everybody too. */
function mayBeEverybody(principal: Value): boolean {
  if (isAbsent(principal) || isEverybody(principal)) return true;
  const isRef = (one: Value) => isObject(one) && typeof one.Ref === 'string' && !one.Ref.startsWith('AWS::');
  return isRef(principal);
}

function narrows(condition: Value): boolean {
  if (!isObject(condition)) return false;
  return Object.entries(condition).some(
    ([operator, keys]) =>
      /^(ForAnyValue:)?(String|Arn)(Equals|Like)(IgnoreCase)?$/.test(operator) &&
      isObject(keys) &&
      Object.entries(keys).some(
        ([key, value]) =>
          WHO.includes(key.toLowerCase()) && listOf(value).length > 0 && !listOf(value).some((one) => one === '*'),
      ),
  );
}
