import { notPublic } from '../../public-grants';
import type { Rule } from '../../rule';
import { SOURCES } from '../../sources';

export const topicPolicyNotPublic: Rule = {
  id: 'TopicPolicyNotPublic',
  area: 'exposure',
  severity: 'error',
  title: 'No policy opens a topic to everybody.',
  why: 'Everybody could subscribe to messages about people, or publish forged ones.',
  fix: 'Name principals in `PolicyDocument`, or add a condition such as `aws:SourceArn` or `aws:PrincipalOrgID`.',
  serves: [SOURCES.access, SOURCES.safeguards],
  types: ['AWS::SNS::TopicPolicy', 'AWS::SNS::TopicInlinePolicy'],
  check: notPublic,
};
