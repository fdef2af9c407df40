import { isAbsent, reach } from '../../reach';
import type { Rule } from '../../rule';
import { SOURCES } from '../../sources';
import { isTrue } from '../../template';

export const kmsKeyRotates: Rule = {
  id: 'KmsKeyRotates',
  area: 'keys',
  severity: 'error',
  title: 'Symmetric keys rotate by themselves.',
  why: 'Without rotation, one leak of the material opens everything that was ever written under the key.',
  fix: 'Set `EnableKeyRotation` to true; keys that sign or that make keyed hashes cannot rotate, and need not.',
  serves: [SOURCES.encryption, SOURCES.safeguards],
  types: ['AWS::KMS::Key'],
  check: ({ properties: { KeySpec, KeyUsage, EnableKeyRotation } }) => {
    const isOther = (value: unknown, symmetric: string) =>
      reach(value).every((one) => typeof one === 'string' && one !== symmetric);
    if (isOther(KeySpec, 'SYMMETRIC_DEFAULT') || isOther(KeyUsage, 'ENCRYPT_DECRYPT')) return 'not-applicable';
    return reach(EnableKeyRotation).every((one) => !isAbsent(one) && isTrue(one)) ? 'compliant' : 'broken';
  },
};
