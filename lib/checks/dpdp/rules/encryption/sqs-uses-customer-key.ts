import { isCustomerKey, ofPersonal } from '../../keys';
import type { Rule } from '../../rule';
import { SOURCES } from '../../sources';

export const sqsUsesCustomerKey: Rule = {
  id: 'SqsUsesCustomerKey',
  area: 'encryption',
  severity: 'error',
  title: 'Queues are encrypted under a customer-managed key.',
  why: 'Messages wait for days, dead ones for weeks, and a key of AWS opens to whoever may receive them; a queue whose data role is about nobody needs none.',
  fix: 'Set `KmsMasterKeyId` to a key of yours; `alias/aws/sqs` and `SqsManagedSseEnabled` are keys of AWS.',
  serves: [SOURCES.encryption, SOURCES.safeguards],
  types: ['AWS::SQS::Queue'],
  check: (resource, facts) =>
    ofPersonal(resource, facts, () => isCustomerKey(resource.properties.KmsMasterKeyId, resource)),
};
