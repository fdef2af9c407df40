import type { Rule } from '../../../../../lib/checks/dpdp/rule';
import { apiTls12 } from '../../../../../lib/checks/dpdp/rules/encryption/api-tls12';
import { queuesOnlyOverTls } from '../../../../../lib/checks/dpdp/rules/encryption/queues-only-over-tls';
import { s3OnlyOverTls } from '../../../../../lib/checks/dpdp/rules/encryption/s3-only-over-tls';
import { topicsOnlyOverTls } from '../../../../../lib/checks/dpdp/rules/encryption/topics-only-over-tls';
import type { Properties } from '../../../../../lib/checks/dpdp/template';
import { holds } from '../support/judge';
import { arnOf, either, NO_VALUE, PARAMETER, sub, verdictOn } from '../support/one';

const BOTH = [arnOf('It'), { 'Fn::Join': ['', [arnOf('It'), '/*']] }];
const WITHOUT_TLS = { Bool: { 'aws:SecureTransport': 'false' } };

const DENIAL = {
  Effect: 'Deny',
  Principal: '*',
  Action: 's3:*',
  Resource: BOTH,
  Condition: WITHOUT_TLS,
};

function bucketWith(statement: unknown, attached: unknown = { Ref: 'It' }) {
  return verdictOn(
    s3OnlyOverTls,
    'AWS::S3::Bucket',
    { BucketName: 'named' },
    {
      Policy: {
        Type: 'AWS::S3::BucketPolicy',
        Properties: { Bucket: attached, PolicyDocument: { Statement: statement } },
      },
    },
  );
}

describe('S3OnlyOverTls', () => {
  it.each([
    ['in a list', [DENIAL]],
    ['alone, without a list', DENIAL],
    ['beside others', [{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: '*' }, DENIAL]],
    ['for everybody who is signed in', [{ ...DENIAL, Principal: { AWS: '*' } }]],
    ['for a list of everybody', [{ ...DENIAL, Principal: { AWS: ['*'] } }]],
    ['with a boolean and other letters', [{ ...DENIAL, Condition: { Bool: { 'aws:securetransport': false } } }]],
    ['on everything', [{ ...DENIAL, Action: ['*'], Resource: '*' }]],
    ['with substituted ARNs', [{ ...DENIAL, Resource: [sub('<It.Arn>'), sub('<It.Arn>/*')] }]],
    ['and in both cases of a condition', either([DENIAL], DENIAL)],
  ])('sees the denial %s', (_, statement) => {
    expect(bucketWith(statement)).toBe('compliant');
  });

  it('sees a policy that names the bucket', () => {
    expect(bucketWith(DENIAL, 'named')).toBe('compliant');
    expect(bucketWith(DENIAL, 'another')).toBe('broken');
  });

  it.each([
    ['that allows', { ...DENIAL, Effect: 'Allow' }],
    ['for one principal', { ...DENIAL, Principal: { AWS: 'arn:aws:iam::111122223333:root' } }],
    ['of one action', { ...DENIAL, Action: 's3:GetObject' }],
    ['on objects alone', { ...DENIAL, Resource: [BOTH[1]] }],
    ['on the bucket alone', { ...DENIAL, Resource: [BOTH[0]] }],
    ['where TLS is used', { ...DENIAL, Condition: { Bool: { 'aws:SecureTransport': 'true' } } }],
    ['without a condition', { ...DENIAL, Condition: NO_VALUE }],
    ['on two conditions', { ...DENIAL, Condition: { ...WITHOUT_TLS, StringEquals: { 'aws:PrincipalOrgID': 'o-1' } } }],
    ['that is not there in one case', either(DENIAL, NO_VALUE)],
    ['that nobody can see', PARAMETER],
  ])('is not content with a statement %s', (_, statement) => {
    expect(bucketWith(statement)).toBe('broken');
  });

  it('wants a policy at all', () => {
    expect(verdictOn(s3OnlyOverTls, 'AWS::S3::Bucket', {})).toBe('broken');
  });
});

describe.each<[string, Rule, string, string, string]>([
  ['QueuesOnlyOverTls', queuesOnlyOverTls, 'AWS::SQS::Queue', 'AWS::SQS::QueuePolicy', 'sqs:*'],
  ['TopicsOnlyOverTls', topicsOnlyOverTls, 'AWS::SNS::Topic', 'AWS::SNS::TopicPolicy', 'SNS:Publish'],
])('%s', (_, rule, type, policy, Action) => {
  const list = policy === 'AWS::SQS::QueuePolicy' ? 'Queues' : 'Topics';
  const judged = (statement: Properties, targets: unknown) =>
    verdictOn(
      rule,
      type,
      {},
      {
        Policy: { Type: policy, Properties: { [list]: targets, PolicyDocument: { Statement: [statement] } } },
      },
    );
  const denial = { ...DENIAL, Action, Resource: arnOf('It') };

  it('sees the denial in the policy of this one', () => {
    expect(judged(denial, [{ Ref: 'It' }])).toBe('compliant');
    expect(judged(denial, either([{ Ref: 'It' }], NO_VALUE))).toBe('compliant');
  });

  it('does not take the policy of another for it', () => {
    expect(judged(denial, [{ Ref: 'Another' }])).toBe('broken');
  });

  it('is not content with less', () => {
    expect(judged({ ...denial, Action: 'sqs:ReceiveMessage' }, [{ Ref: 'It' }])).toBe('broken');
    expect(judged({ ...denial, Effect: 'Allow' }, [{ Ref: 'It' }])).toBe('broken');
    expect(verdictOn(rule, type, {})).toBe('broken');
  });
});

describe('ApiTls12', () => {
  const [DOMAIN, DOMAIN_V2, LISTENER, CLASSIC] = [
    'AWS::ApiGateway::DomainName',
    'AWS::ApiGatewayV2::DomainName',
    'AWS::ElasticLoadBalancingV2::Listener',
    'AWS::ElasticLoadBalancing::LoadBalancer',
  ] as const;
  const v2 = (SecurityPolicy: unknown) => ({ DomainNameConfigurations: [{ SecurityPolicy }] });
  const redirect = (Protocol: unknown) => [{ Type: 'redirect', RedirectConfig: { Protocol, StatusCode: 'HTTP_301' } }];

  it.each<[string, Properties]>([
    [DOMAIN, {}],
    [DOMAIN, { SecurityPolicy: 'TLS_1_0' }],
    [DOMAIN, { SecurityPolicy: PARAMETER }],
    [DOMAIN, { SecurityPolicy: either('TLS_1_2', 'TLS_1_0') }],
    [DOMAIN_V2, v2('TLS_1_0')],
    [DOMAIN_V2, { DomainNameConfigurations: PARAMETER }],
    [LISTENER, { Protocol: 'HTTP', DefaultActions: [{ Type: 'forward' }] }],
    [LISTENER, { Protocol: 'HTTP', DefaultActions: redirect('HTTP') }],
    [LISTENER, { Protocol: 'HTTP' }],
    [LISTENER, { Protocol: 'HTTPS' }],
    [LISTENER, { Protocol: 'HTTPS', SslPolicy: 'ELBSecurityPolicy-2016-08' }],
    [LISTENER, { Protocol: 'TLS', SslPolicy: 'ELBSecurityPolicy-TLS13-1-0-2021-06' }],
    [LISTENER, { Protocol: PARAMETER, SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06' }],
    [CLASSIC, { Listeners: [{ Protocol: 'HTTP' }] }],
  ])('does not let %s go with %j', (type, properties) => {
    expect(holds(verdictOn(apiTls12, type, properties))).toBe(false);
  });

  it.each<[string, Properties]>([
    [DOMAIN, { SecurityPolicy: 'TLS_1_2' }],
    [DOMAIN, { SecurityPolicy: 'SecurityPolicy_TLS13_1_3_2025_09' }],
    [DOMAIN_V2, v2('TLS_1_2')],
    [DOMAIN_V2, { DomainNameConfigurations: [{}] }],
    [LISTENER, { Protocol: 'HTTP', DefaultActions: redirect('HTTPS') }],
    [LISTENER, { Protocol: 'HTTPS', SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-Res-2021-06' }],
    [LISTENER, { Protocol: 'TLS', SslPolicy: 'ELBSecurityPolicy-TLS-1-2-2017-01' }],
    [LISTENER, { Protocol: 'TCP' }],
    [CLASSIC, { Listeners: [{ Protocol: 'https' }] }],
  ])('lets %s go with %j', (type, properties) => {
    expect(holds(verdictOn(apiTls12, type, properties))).toBe(true);
  });
});
