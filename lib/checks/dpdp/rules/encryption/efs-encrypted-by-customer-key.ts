import { isCustomerKey, ofPersonal } from '../../keys';
import type { Rule } from '../../rule';
import { SOURCES } from '../../sources';
import { isTrue } from '../../template';

export const efsEncryptedByCustomerKey: Rule = {
  id: 'EfsEncryptedByCustomerKey',
  area: 'encryption',
  severity: 'error',
  title: 'File systems of personal data are encrypted under a customer-managed key.',
  why: 'A file system that was made without encryption cannot be given it later; what the data role says is about nobody needs none, and what has no role counts as personal.',
  fix: 'Set `Encrypted` to true and `KmsKeyId` to a key of yours.',
  serves: [SOURCES.encryption, SOURCES.safeguards],
  types: ['AWS::EFS::FileSystem'],
  check: (resource, facts) =>
    ofPersonal(
      resource,
      facts,
      () => isTrue(resource.properties.Encrypted) && isCustomerKey(resource.properties.KmsKeyId, resource),
    ),
};
