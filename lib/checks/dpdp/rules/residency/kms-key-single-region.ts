import { isAbsent } from '../../reach';
import type { Rule } from '../../rule';
import { SOURCES } from '../../sources';
import { possible } from '../../template';

export const kmsKeySingleRegion: Rule = {
  id: 'KmsKeySingleRegion',
  area: 'residency',
  severity: 'error',
  title: 'Keys work in one Region each.',
  why: 'Whoever may replicate a multi-Region key can decrypt abroad, and a key that is one cannot be made single again.',
  fix: 'Leave out `MultiRegion`, and make a key of its own for each Region in place of a replica.',
  serves: [SOURCES.transfers, SOURCES.encryption],
  types: ['AWS::KMS::Key', 'AWS::KMS::ReplicaKey'],
  check: ({ type, properties: { MultiRegion } }) => {
    if (type === 'AWS::KMS::ReplicaKey') return ['is the replica of a key from another Region'];
    const isSingle = possible(MultiRegion).every((one) => isAbsent(one) || one === false || one === 'false');
    return isSingle ? [] : ['is a key that works in many Regions'];
  },
};
