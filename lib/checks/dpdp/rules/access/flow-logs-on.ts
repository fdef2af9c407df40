import type { Rule } from '../../rule';
import { referredBy } from '../../template';
import { CERT_IN, VISIBILITY } from './sources';

export const flowLogsOn: Rule = {
  id: 'FlowLogsOn',
  area: 'logging',
  severity: 'error',
  title: 'Each network logs all its traffic.',
  why: 'Without flow logs nobody can tell where data went after an intrusion.',
  fix: 'Add an `AWS::EC2::FlowLog` with `ResourceId` of the VPC and `TrafficType` `ALL`.',
  serves: [VISIBILITY, CERT_IN],
  types: ['AWS::EC2::VPC'],
  check({ logicalId, template }) {
    const logged = template
      .ofType('AWS::EC2::FlowLog')
      .some(({ properties }) => properties.TrafficType === 'ALL' && referredBy(properties.ResourceId) === logicalId);
    return logged ? 'compliant' : 'broken';
  },
};
