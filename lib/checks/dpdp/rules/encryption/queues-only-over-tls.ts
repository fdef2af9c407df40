import { isRefusedWithoutTls } from '../../resource-policies';
import type { Rule } from '../../rule';
import { SOURCES } from '../../sources';

export const queuesOnlyOverTls: Rule = {
  id: 'QueuesOnlyOverTls',
  area: 'encryption',
  severity: 'error',
  title: 'Queues refuse whatever comes without TLS.',
  why: 'SQS answers plain HTTP too, and then the message passes the network as it is.',
  fix: 'Deny `sqs:*` to everybody where `aws:SecureTransport` is false, on no other condition, in the policy of the queue.',
  serves: [SOURCES.encryption, SOURCES.safeguards],
  types: ['AWS::SQS::Queue'],
  check: (resource) => (isRefusedWithoutTls(resource, ['sqs:*', '*']) ? 'compliant' : 'broken'),
};
