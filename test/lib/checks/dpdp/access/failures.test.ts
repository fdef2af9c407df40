import { functionsReportFailures } from '../../../../../lib/checks/dpdp/rules/access/functions-report-failures';
import { keyDeletionAlarmed } from '../../../../../lib/checks/dpdp/rules/access/key-deletion-alarmed';
import { queuesHaveDeadLetters } from '../../../../../lib/checks/dpdp/rules/access/queues-have-dead-letters';
import { judge } from '../support/judge';

type Properties = Record<string, unknown>;

const either = (yes: unknown, no: unknown = { Ref: 'AWS::NoValue' }) => ({ 'Fn::If': ['Condition', yes, no] });
const arnOf = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });

describe('what fails on a queue', () => {
  const queue = (RedrivePolicy?: unknown) => ({ Type: 'AWS::SQS::Queue', Properties: { RedrivePolicy } });
  const judged = (policy: unknown) => judge(queuesHaveDeadLetters, { It: queue(policy), Dead: queue() });

  it('waits on another queue', () => {
    const both = { It: 'compliant', Dead: 'not-applicable' };
    expect(judged({ deadLetterTargetArn: arnOf('Dead'), maxReceiveCount: 5 })).toEqual(both);
    expect(judged(either({ deadLetterTargetArn: arnOf('Dead') }, { deadLetterTargetArn: arnOf('Dead') }))).toEqual(
      both,
    );
    const text = JSON.stringify({
      deadLetterTargetArn: 'arn:aws:sqs:ap-south-1:111122223333:dead',
      maxReceiveCount: 5,
    });
    expect(judged(text).It).toBe('compliant');
  });

  it('waits nowhere', () => {
    for (const policy of [undefined, {}, either({ deadLetterTargetArn: arnOf('Dead') }), '{', 'null'])
      expect(judged(policy).It).toBe('broken');
    expect(judged({ deadLetterTargetArn: arnOf('It') }).Dead).toBe('broken');
  });

  it.each<[string, string, Properties]>([
    [
      'a mapping',
      'AWS::Lambda::EventSourceMapping',
      { DestinationConfig: { OnFailure: { Destination: arnOf('It') } } },
    ],
    ['a function', 'AWS::Lambda::Function', { DeadLetterConfig: { TargetArn: arnOf('It') } }],
    ['a subscription', 'AWS::SNS::Subscription', { RedrivePolicy: { deadLetterTargetArn: arnOf('It') } }],
    ['a rule', 'AWS::Events::Rule', { Targets: [{ DeadLetterConfig: { Arn: arnOf('It') } }] }],
    ['a schedule', 'AWS::Scheduler::Schedule', { Target: { DeadLetterConfig: { Arn: arnOf('It') } } }],
  ])('of %s waits on a queue that needs no other', (_, Type, Properties) => {
    expect(judge(queuesHaveDeadLetters, { It: queue(), From: { Type, Properties } }).It).toBe('not-applicable');
  });
});

describe('what a function cannot do', () => {
  const judged = (EventSourceArn: unknown, OnFailure?: unknown) =>
    judge(functionsReportFailures, {
      It: {
        Type: 'AWS::Lambda::EventSourceMapping',
        Properties: { EventSourceArn, DestinationConfig: { OnFailure } },
      },
      Queue: { Type: 'AWS::SQS::Queue' },
      Table: { Type: 'AWS::DynamoDB::Table' },
    }).It;
  const stream = { 'Fn::GetAtt': ['Table', 'StreamArn'] };

  it('is sent on where it comes from a stream', () => {
    expect(judged(stream, { Destination: arnOf('Queue') })).toBe('compliant');
    expect(judged(stream)).toBe('broken');
    expect(judged(stream, either({ Destination: arnOf('Queue') }))).toBe('broken');
    expect(judged({ Ref: 'StreamParameter' })).toBe('broken');
    expect(judged(undefined)).toBe('broken');
  });

  it('is the business of the queue that it comes from', () => {
    expect(judged(arnOf('Queue'))).toBe('not-applicable');
    expect(judged('arn:aws:sqs:ap-south-1:111122223333:queue')).toBe('not-applicable');
    expect(judged(either(arnOf('Queue'), stream))).toBe('broken');
  });
});

describe('the end of a key', () => {
  const key = (role?: string) => ({
    Type: 'AWS::KMS::Key',
    Properties: { Tags: role === undefined ? [] : [{ Key: 'digicrm:data-role', Value: role }] },
  });
  const judged = (more: Parameters<typeof judge>[1] = {}) => judge(keyDeletionAlarmed, { It: key(), ...more }).It;
  const rule = (EventPattern: unknown, more: Properties = {}) => ({
    Rule: { Type: 'AWS::Events::Rule', Properties: { EventPattern, Targets: [{ Arn: 'arn' }], ...more } },
  });
  const named = (...eventName: unknown[]) => ({ source: ['aws.kms'], detail: { eventName } });
  const both = named('ScheduleKeyDeletion', 'DisableKey');
  const neither = ['ScheduleKeyDeletion', 'DisableKey'];

  it('is told by a rule on events, of this stack or another', () => {
    expect(judged(rule(both))).toEqual([]);
    expect(judged(rule(JSON.stringify(both)))).toEqual([]);
    expect(judged(rule({ source: ['aws.kms'] }))).toEqual([]);
    expect(judge(keyDeletionAlarmed, { It: key() }, { others: [{ Resources: rule(both) }] }).It).toEqual([]);
  });

  it('is not told by a rule on something else, without target or switched off', () => {
    expect(judged()).toEqual(neither);
    expect(judged(rule(named('ScheduleKeyDeletion')))).toEqual(['DisableKey']);
    expect(judged(rule(named('CreateKey')))).toEqual(neither);
    expect(judged(rule(both, { Targets: [] }))).toEqual(neither);
    expect(judged(rule(both, { State: 'DISABLED' }))).toEqual(neither);
    expect(judged(rule(either(both, named('CreateKey'))))).toEqual(neither);
    expect(judged(rule({ Ref: 'PatternParameter' }))).toEqual(neither);
  });

  const filter = {
    Type: 'AWS::Logs::MetricFilter',
    Properties: {
      FilterPattern: '{ $.eventName = "ScheduleKeyDeletion" || $.eventName = "DisableKey" }',
      MetricTransformations: [{ MetricNamespace: 'Trail', MetricName: 'Keys' }],
    },
  };
  const alarm = (MetricName: string) => ({
    Type: 'AWS::CloudWatch::Alarm',
    Properties: { Namespace: 'Trail', MetricName },
  });

  it('is told by an alarm on a metric of the trail', () => {
    expect(judged({ Filter: filter, Alarm: alarm('Keys') })).toEqual([]);
    expect(judged({ Filter: filter, Alarm: alarm('Others') })).toEqual(neither);
    expect(judged({ Filter: filter })).toEqual(neither);
    const rotation = { ...filter, Properties: { ...filter.Properties, FilterPattern: '"DisableKeyRotation"' } };
    expect(judged({ Filter: rotation, Alarm: alarm('Keys') })).toEqual(neither);
  });

  it('matters where the key is for data about people, or for nobody knows what', () => {
    const verdicts = judge(keyDeletionAlarmed, { None: key('none'), Tenant: key('tenant'), Odd: key('odd') });
    expect(verdicts).toEqual({ None: 'not-applicable', Tenant: neither, Odd: neither });
  });
});
