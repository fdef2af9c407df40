import { isCustomerKey, ofPersonal } from '../../keys';
import type { Rule } from '../../rule';
import { SOURCES } from '../../sources';

export const snsUsesCustomerKey: Rule = {
  id: 'SnsUsesCustomerKey',
  area: 'encryption',
  severity: 'error',
  title: 'Topics are encrypted under a customer-managed key.',
  why: 'What is published waits at rest until each subscriber has it, and without a key nothing at all encrypts it; a topic whose data role is about nobody needs none.',
  fix: 'Set `KmsMasterKeyId` to a key of yours; `alias/aws/sns` is a key of AWS.',
  serves: [SOURCES.encryption, SOURCES.safeguards],
  types: ['AWS::SNS::Topic'],
  check: (resource, facts) =>
    ofPersonal(resource, facts, () => isCustomerKey(resource.properties.KmsMasterKeyId, resource)),
};
