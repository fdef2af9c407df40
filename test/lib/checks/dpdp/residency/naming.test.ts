import { inferenceInIndia } from '../../../../../lib/checks/dpdp/rules/residency/inference-in-india';
import { noForeignArns } from '../../../../../lib/checks/dpdp/rules/residency/no-foreign-arns';
import { stackInIndia } from '../../../../../lib/checks/dpdp/rules/residency/stack-in-india';
import type { Properties } from '../../../../../lib/checks/dpdp/template';
import { holds, judge } from '../support/judge';
import { arnOf, either, NO_VALUE, PARAMETER, sub, verdictOn } from '../support/one';

const [POLICY, ROLE, FUNCTION] = ['AWS::IAM::Policy', 'AWS::IAM::Role', 'AWS::Lambda::Function'] as const;

const allow = (Resource: unknown, rest: Properties = {}) => ({
  PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 'sqs:SendMessage', Resource, ...rest }] },
});
const env = (Variables: unknown) => ({ Environment: { Variables } });
const joined = (region: unknown) => ({
  'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':sqs:', region, ':1:q']],
});

describe('NoForeignArns', () => {
  it.each<[string, Properties]>([
    [POLICY, allow('arn:aws:sqs:us-east-1:111122223333:q')],
    [POLICY, allow(['*', 'arn:aws:dynamodb:eu-west-1:111122223333:table/t'])],
    [
      POLICY,
      allow({ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':sqs:us-east-1:', { Ref: 'AWS::AccountId' }]] }),
    ],
    [POLICY, allow(sub('arn:<AWS::Partition>:sqs:us-gov-west-1:<AWS::AccountId>:q'))],
    [
      POLICY,
      { PolicyDocument: { Statement: either(allow('arn:aws:sqs:us-east-1:1:q').PolicyDocument.Statement, []) } },
    ],
    [ROLE, { Policies: [allow('arn:aws:sqs:ca-central-1:1:q')] }],
    [FUNCTION, env({ QUEUE: 'https://sqs.us-east-1.amazonaws.com/111122223333/q' })],
    [FUNCTION, env({ BUCKET_REGION: 'eu-west-1' })],
    [FUNCTION, env({ ENDPOINT: 'abc.execute-api.us-west-2.amazonaws.com' })],
    [FUNCTION, { DeadLetterConfig: { TargetArn: 'arn:aws:sqs:us-east-1:1:q' } }],
    ['AWS::Lambda::EventSourceMapping', { EventSourceArn: 'arn:aws:kinesis:us-east-1:1:stream/s' }],
    ['AWS::Scheduler::Schedule', { Target: { Arn: 'arn:aws:lambda:eu-north-1:1:function:f' } }],
    ['AWS::AppSync::DataSource', { DynamoDBConfig: { AwsRegion: 'us-east-1' } }],
  ])('refuses %s with %j', (type, properties) => {
    expect(holds(verdictOn(noForeignArns, type, properties))).toBe(false);
  });

  it.each<[string, Properties]>([
    [POLICY, allow('*')],
    [POLICY, allow('arn:aws:sqs:ap-south-2:111122223333:q')],
    [POLICY, allow(joined({ Ref: 'AWS::Region' }))],
    [POLICY, allow('arn:aws:sqs:us-east-1:1:q', { Effect: 'Deny' })],
    [POLICY, allow('*', { Effect: 'Deny', Condition: { StringEquals: { 'aws:RequestedRegion': 'us-east-1' } } })],
    [FUNCTION, env({ REGION: 'ap-south-2', NOTE: 'not us-east-1 but here' })],
    [FUNCTION, env({ QUEUE: { Ref: 'Queue' } })],
    [FUNCTION, {}],
    ['AWS::Lambda::EventSourceMapping', { EventSourceArn: arnOf('Queue') }],
  ])('lets %s go with %j', (type, properties) => {
    expect(holds(verdictOn(noForeignArns, type, properties))).toBe(true);
  });

  it('names each Region once', () => {
    const queues = ['arn:aws:sqs:us-east-1:1:a', 'arn:aws:sqs:us-east-1:1:b'];
    expect(verdictOn(noForeignArns, POLICY, allow(queues))).toEqual(['names a resource in us-east-1']);
  });
});

describe('InferenceInIndia', () => {
  const source = (CopyFrom: unknown) => ({ ModelSource: { CopyFrom } });
  const agent = (FoundationModel: unknown) => ({ FoundationModel });
  const PROFILE = 'AWS::Bedrock::ApplicationInferenceProfile';

  it.each<[string, Properties]>([
    [PROFILE, source('arn:aws:bedrock:ap-south-1:1:inference-profile/apac.amazon.nova-lite-v1:0')],
    [PROFILE, source('arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0')],
    [PROFILE, source(PARAMETER)],
    ['AWS::Bedrock::Agent', agent('global.anthropic.claude-sonnet-4-20250514-v1:0')],
    ['AWS::Bedrock::Agent', agent(either('amazon.nova-lite-v1:0', 'apac.amazon.nova-lite-v1:0'))],
    ['AWS::Bedrock::Agent', agent(PARAMETER)],
    [FUNCTION, env({ MODEL: 'us.anthropic.claude-3-5-sonnet-20241022-v2:0' })],
    [FUNCTION, env({ MODEL: 'jp.amazon.nova-2-lite-v1:0' })],
    [POLICY, allow('arn:aws:bedrock:ap-south-1:1:inference-profile/eu.mistral.pixtral-large-2502-v1:0')],
    [POLICY, allow('arn:aws:bedrock:*::foundation-model/*')],
    [POLICY, allow(sub('arn:<AWS::Partition>:bedrock:*::foundation-model/amazon.nova-lite-v1:0'))],
    ['AWS::SSM::Parameter', { Value: '{"model":"apac.anthropic.claude-3-haiku-20240307-v1:0"}' }],
  ])('refuses %s with %j', (type, properties) => {
    expect(holds(verdictOn(inferenceInIndia, type, properties))).toBe(false);
  });

  it.each<[string, Properties]>([
    [PROFILE, source('arn:aws:bedrock:ap-south-1::foundation-model/amazon.nova-lite-v1:0')],
    ['AWS::Bedrock::Agent', agent('anthropic.claude-3-haiku-20240307-v1:0')],
    ['AWS::Bedrock::Agent', agent(NO_VALUE)],
    [FUNCTION, env({ MODEL: 'anthropic.claude-3-haiku-20240307-v1:0', HOST: 'eu.example.com' })],
    [FUNCTION, {}],
    [POLICY, allow('arn:aws:bedrock:ap-south-1::foundation-model/anthropic.claude-3-haiku-20240307-v1:0')],
  ])('lets %s go with %j', (type, properties) => {
    expect(holds(verdictOn(inferenceInIndia, type, properties))).toBe(true);
  });
});

describe('StackInIndia', () => {
  const two = { One: { Type: 'AWS::SQS::Queue' }, Two: { Type: 'AWS::Made::Up' } };

  it('is one finding for a stack abroad, however much there is in it', () => {
    expect(judge(stackInIndia, two, { region: 'eu-west-1' })).toEqual({
      One: ['is in a stack in eu-west-1'],
      Two: 'not-applicable',
    });
  });

  it('refuses a stack without a literal Region', () => {
    expect(judge(stackInIndia, two, { region: undefined }).One).toEqual(['is in a stack without a literal Region']);
  });

  it('lets both Regions of India go', () => {
    for (const region of ['ap-south-1', 'ap-south-2']) expect(judge(stackInIndia, two, { region }).One).toEqual([]);
  });
});
