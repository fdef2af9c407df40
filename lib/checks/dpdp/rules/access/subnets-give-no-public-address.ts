import { isAbsent, reach } from '../../reach';
import type { Rule } from '../../rule';
import { SOURCES } from '../../sources';

export const subnetsGiveNoPublicAddress: Rule = {
  id: 'SubnetsGiveNoPublicAddress',
  area: 'exposure',
  severity: 'error',
  title: 'Subnets give no public address to what is launched in them.',
  why: 'Whatever is put into such a subnet by mistake can be reached from everywhere.',
  fix: 'Set `MapPublicIpOnLaunch` to false, or leave it out.',
  serves: [SOURCES.access, SOURCES.safeguards],
  types: ['AWS::EC2::Subnet'],
  check({ properties }) {
    const closed = reach(properties.MapPublicIpOnLaunch).every(
      (maps) => isAbsent(maps) || maps === false || maps === 'false',
    );
    return closed ? 'compliant' : 'broken';
  },
};
