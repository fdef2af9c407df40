import { isAbsent, reach } from '../../reach';
import type { Rule } from '../../rule';
import { SOURCES } from '../../sources';
import { at, isTrue, items, type Properties, type Value } from '../../template';

export const ebsEncrypted: Rule = {
  id: 'EbsEncrypted',
  area: 'encryption',
  severity: 'error',
  title: 'Volumes are encrypted, those that machines are started with as well.',
  why: 'A machine writes temporary files, swap and crash dumps, whatever its data role: with a volume that names no encryption, the account decides.',
  fix: 'Set `Encrypted` to true on the volume and in `Ebs` of each of `BlockDeviceMappings`, the root device among them.',
  serves: [SOURCES.encryption, SOURCES.safeguards],
  types: [
    ...(['AWS::EC2::Volume', 'AWS::EC2::Instance', 'AWS::EC2::LaunchTemplate'] as const),
    'AWS::AutoScaling::LaunchConfiguration',
  ],
  check: ({ type, properties }) => {
    if (type === 'AWS::EC2::Volume') return isTrue(properties.Encrypted) ? 'compliant' : 'broken';
    const mappings = mappingsOf(type, properties);
    // A template of it answers for a machine that says nothing itself.
    if (type === 'AWS::EC2::Instance' && mappings.every(isAbsent) && !isAbsent(properties.LaunchTemplate))
      return 'not-applicable';
    return mappings.every(areEncrypted) ? 'compliant' : 'broken';
  },
};

function mappingsOf(type: string, properties: Properties): readonly Value[] {
  const holder = type === 'AWS::EC2::LaunchTemplate' ? properties.LaunchTemplateData : properties;
  return reach(holder, 'BlockDeviceMappings');
}

function areEncrypted(mappings: Value): boolean {
  if (!Array.isArray(mappings)) return false;
  // `NoDevice` takes one away, and `VirtualName` is a disk of the host.
  const volumes = items(mappings).filter((one) => isAbsent(at(one, 'NoDevice')) && isAbsent(at(one, 'VirtualName')));
  return volumes.length > 0 && volumes.every((one) => reach(one, 'Ebs', 'Encrypted').every(isTrue));
}
