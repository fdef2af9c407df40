import { isRefusedWithoutTls } from '../../resource-policies';
import type { Rule } from '../../rule';
import { SOURCES } from '../../sources';

export const topicsOnlyOverTls: Rule = {
  id: 'TopicsOnlyOverTls',
  area: 'encryption',
  severity: 'error',
  title: 'Topics refuse what is published without TLS.',
  why: 'SNS answers plain HTTP too, and then the message passes the network as it is.',
  fix: 'Deny `sns:Publish` to everybody where `aws:SecureTransport` is false, on no other condition, in the policy of the topic.',
  serves: [SOURCES.encryption, SOURCES.safeguards],
  types: ['AWS::SNS::Topic'],
  check: (resource) => (isRefusedWithoutTls(resource, ['sns:publish', 'sns:*', '*']) ? 'compliant' : 'broken'),
};
