import { documentOf } from '../../policy-documents';
import { isAbsent, isIntrinsic, reach } from '../../reach';
import type { Rule } from '../../rule';
import { SOURCES } from '../../sources';
import { at, isObject, type Properties, type Value } from '../../template';

export const searchNotPublic: Rule = {
  id: 'SearchNotPublic',
  area: 'exposure',
  severity: 'error',
  title: 'Search domains and collections are reached from networks of their own alone.',
  why: 'A search index holds copies of personal data, and an open one is found by scanners.',
  fix: 'Set `VPCOptions` with `SubnetIds`; in network policies of collections, set `AllowFromPublic` to false.',
  serves: [SOURCES.access, SOURCES.safeguards],
  types: ['AWS::OpenSearchService::Domain', 'AWS::Elasticsearch::Domain', 'AWS::OpenSearchServerless::SecurityPolicy'],
  check({ type, properties }) {
    if (type !== 'AWS::OpenSearchServerless::SecurityPolicy')
      return reach(properties, 'VPCOptions', 'SubnetIds').every(isThere) ? 'compliant' : 'broken';
    if (properties.Type === 'encryption') return 'not-applicable';
    return isClosed(properties) ? 'compliant' : 'broken';
  },
};

function isThere(subnets: Value): boolean {
  return isIntrinsic(subnets) || (Array.isArray(subnets) && subnets.length > 0);
}

function isClosed({ Policy }: Properties): boolean {
  return reach(Policy).every((policy) => {
    const rules = documentOf(textOfPolicy(policy));
    return Array.isArray(rules) && rules.length > 0 && rules.every((rule) => at(rule, 'AllowFromPublic') === false);
  });
}

/** A text in which references stand is one of JSON all the same. */
function textOfPolicy(policy: Value): Value {
  if (isAbsent(policy) || !isObject(policy)) return policy;
  const sub = policy['Fn::Sub'];
  if (sub !== undefined) return Array.isArray(sub) ? sub[0] : sub;
  const join = policy['Fn::Join'];
  if (!Array.isArray(join) || !Array.isArray(join[1])) return policy;
  return join[1].map((part: Value) => (typeof part === 'string' ? part : 'x')).join(String(join[0]));
}
