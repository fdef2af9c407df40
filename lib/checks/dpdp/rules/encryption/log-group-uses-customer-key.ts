import { isCustomerKey, ofPersonal } from '../../keys';
import type { Rule } from '../../rule';
import { SOURCES } from '../../sources';

export const logGroupUsesCustomerKey: Rule = {
  id: 'LogGroupUsesCustomerKey',
  area: 'encryption',
  severity: 'error',
  title: 'Log groups are encrypted under a customer-managed key.',
  why: 'Logs are kept for a year, and what slips into one is there for as long; a group whose data role is about nobody needs none.',
  fix: 'Set `KmsKeyId` to the ARN of a key of yours whose policy lets CloudWatch Logs use it.',
  serves: [SOURCES.encryption, SOURCES.safeguards],
  types: ['AWS::Logs::LogGroup'],
  check: (resource, facts) => ofPersonal(resource, facts, () => isCustomerKey(resource.properties.KmsKeyId, resource)),
};
