import type { Rule } from '../../rule';
import { referredBy } from '../../template';
import { CERT_IN, VISIBILITY } from './sources';

export const webAclLogged: Rule = {
  id: 'WebAclLogged',
  area: 'logging',
  severity: 'error',
  title: 'Each web ACL logs what it lets through and what it blocks.',
  why: 'Without its log an attack on the API leaves nothing to review.',
  fix: 'Add an `AWS::WAFv2::LoggingConfiguration` with `ResourceArn` of the web ACL.',
  serves: [VISIBILITY, CERT_IN],
  types: ['AWS::WAFv2::WebACL'],
  check({ logicalId, template }) {
    const logged = template
      .ofType('AWS::WAFv2::LoggingConfiguration')
      .some(({ properties }) => referredBy(properties.ResourceArn) === logicalId);
    return logged ? 'compliant' : 'broken';
  },
};
