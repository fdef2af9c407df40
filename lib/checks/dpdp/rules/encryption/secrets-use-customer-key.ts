import { isCustomerKey } from '../../keys';
import type { Rule } from '../../rule';
import { SOURCES } from '../../sources';

export const secretsUseCustomerKey: Rule = {
  id: 'SecretsUseCustomerKey',
  area: 'encryption',
  severity: 'error',
  title: 'Secrets are encrypted under a customer-managed key.',
  why: 'A secret opens a store, so it is guarded like one whatever its data role: under a key of AWS, one permission to read secrets reads them all.',
  fix: 'Set `KmsKeyId` to a key of yours.',
  serves: [SOURCES.encryption, SOURCES.access],
  types: ['AWS::SecretsManager::Secret'],
  check: (resource) => (isCustomerKey(resource.properties.KmsKeyId, resource) ? 'compliant' : 'broken'),
};
