import { notPublic } from '../../public-grants';
import type { Rule } from '../../rule';
import { SOURCES } from '../../sources';

export const queuePolicyNotPublic: Rule = {
  id: 'QueuePolicyNotPublic',
  area: 'exposure',
  severity: 'error',
  title: 'No policy opens a queue to everybody.',
  why: 'Everybody could read messages about people, or have the app act on forged ones.',
  fix: 'Name principals in `PolicyDocument`, or add a condition such as `aws:SourceArn` or `aws:PrincipalOrgID`.',
  serves: [SOURCES.access, SOURCES.safeguards],
  types: ['AWS::SQS::QueuePolicy', 'AWS::SQS::QueueInlinePolicy'],
  check: notPublic,
};
