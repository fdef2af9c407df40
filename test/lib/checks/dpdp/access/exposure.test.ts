import type { Rule } from '../../../../../lib/checks/dpdp/rule';
import { databasesNotPublic } from '../../../../../lib/checks/dpdp/rules/access/databases-not-public';
import { functionsNotPublic } from '../../../../../lib/checks/dpdp/rules/access/functions-not-public';
import { queuePolicyNotPublic } from '../../../../../lib/checks/dpdp/rules/access/queue-policy-not-public';
import { s3BlocksPublicAccess } from '../../../../../lib/checks/dpdp/rules/access/s3-blocks-public-access';
import { s3PolicyNotPublic } from '../../../../../lib/checks/dpdp/rules/access/s3-policy-not-public';
import { searchNotPublic } from '../../../../../lib/checks/dpdp/rules/access/search-not-public';
import { securityGroupsNotOpen } from '../../../../../lib/checks/dpdp/rules/access/security-groups-not-open';
import { subnetsGiveNoPublicAddress } from '../../../../../lib/checks/dpdp/rules/access/subnets-give-no-public-address';
import { topicPolicyNotPublic } from '../../../../../lib/checks/dpdp/rules/access/topic-policy-not-public';
import { judge } from '../support/judge';

type Properties = Record<string, unknown>;

const either = (yes: unknown, no: unknown = { Ref: 'AWS::NoValue' }) => ({ 'Fn::If': ['Condition', yes, no] });
const of = (rule: Rule, Type: string, Properties: Properties = {}) => judge(rule, { It: { Type, Properties } }).It;

describe('public access to buckets', () => {
  const all = { BlockPublicAcls: true, BlockPublicPolicy: 'true', IgnorePublicAcls: true, RestrictPublicBuckets: true };
  const judged = (block?: unknown) =>
    of(s3BlocksPublicAccess, 'AWS::S3::Bucket', { PublicAccessBlockConfiguration: block });

  it('is blocked in all four ways, in every case', () => {
    expect(judged(all)).toEqual([]);
    expect(judged(either(all, { ...all, BlockPublicAcls: true }))).toEqual([]);
    expect(judged({ ...all, BlockPublicPolicy: either(true, false) })).toEqual(['BlockPublicPolicy']);
    expect(judged({ ...all, RestrictPublicBuckets: { Ref: 'Parameter' } })).toEqual(['RestrictPublicBuckets']);
    expect(judged({ BlockPublicAcls: true })).toHaveLength(3);
    expect(judged(either(all))).toHaveLength(4);
    expect(judged()).toHaveLength(4);
  });
});

describe.each([
  ['bucket', s3PolicyNotPublic, 'AWS::S3::BucketPolicy'],
  ['queue', queuePolicyNotPublic, 'AWS::SQS::QueuePolicy'],
  ['topic', topicPolicyNotPublic, 'AWS::SNS::TopicPolicy'],
] as const)('policies of a %s', (_, rule, type) => {
  const judged = (Statement: unknown) => of(rule, type, { PolicyDocument: { Statement } });
  const allow = (Principal: unknown, Condition?: unknown) => ({
    Effect: 'Allow',
    Principal,
    Action: '*',
    Resource: '*',
    Condition,
  });

  it('open it to nobody whom they do not name', () => {
    for (const principal of ['*', { AWS: '*' }, { AWS: ['arn:aws:iam::111122223333:root', '*'] }, undefined]) {
      expect(judged([allow(principal)])).toBe('broken');
      expect(judged(allow(principal))).toBe('broken');
    }
    expect(judged([{ ...allow(undefined), NotPrincipal: { AWS: 'arn:aws:iam::111122223333:root' } }])).toBe('broken');
    expect(judged([allow({ AWS: { Ref: 'ArnParameter' } })])).toBe('broken');
    expect(judged([either(allow({ Service: 'sns.amazonaws.com' }), allow('*'))])).toBe('broken');
    expect(judged({ Ref: 'StatementParameter' })).toBe('broken');
    expect(of(rule, type)).toBe('broken');
  });

  it('may name services and principals, deny everybody, and be a text', () => {
    const good = [
      allow({ Service: 'events.amazonaws.com' }),
      allow({ AWS: { 'Fn::Sub': 'arn:aws:iam::$' + '{AWS::AccountId}:root' } }),
      { ...allow('*'), Effect: 'Deny' },
    ];
    expect(judged(good)).toBe('compliant');
    expect(of(rule, type, { PolicyDocument: JSON.stringify({ Statement: good }) })).toBe('compliant');
    expect(of(rule, type, { PolicyDocument: JSON.stringify({ Statement: allow('*') }) })).toBe('broken');
    expect(of(rule, type, { PolicyDocument: 'no JSON' })).toBe('broken');
  });

  it('may open it to everybody under a condition that says who it is, and no other', () => {
    const condition = (operator: string, key: string, value: unknown) =>
      judged([allow('*', { [operator]: { [key]: value } })]);
    expect(condition('StringEquals', 'aws:PrincipalOrgID', 'o-1')).toBe('compliant');
    expect(condition('StringEquals', 'AWS:SourceOwner', { Ref: 'AWS::AccountId' })).toBe('compliant');
    expect(condition('ArnLike', 'aws:SourceArn', ['arn:aws:s3:::books'])).toBe('compliant');
    expect(condition('IpAddress', 'aws:SourceIp', '0.0.0.0/0')).toBe('broken');
    expect(condition('ArnLike', 'aws:SourceArn', '*')).toBe('broken');
    expect(condition('Bool', 'aws:SecureTransport', 'true')).toBe('broken');
    expect(condition('StringNotEquals', 'aws:PrincipalOrgID', 'o-1')).toBe('broken');
  });
});

describe('ACLs and access points of buckets', () => {
  it('open them to nobody', () => {
    const acl = (AccessControl?: unknown) => of(s3PolicyNotPublic, 'AWS::S3::Bucket', { AccessControl });
    expect([acl(), acl('LogDeliveryWrite'), acl(either('Private'))]).toEqual(['compliant', 'compliant', 'compliant']);
    expect([acl('PublicRead'), acl('AuthenticatedRead'), acl({ Ref: 'Acl' })]).toEqual(['broken', 'broken', 'broken']);
    const point = (Policy?: unknown) => of(s3PolicyNotPublic, 'AWS::S3::AccessPoint', { Policy });
    expect(point()).toBe('compliant');
    expect(point({ Statement: { Effect: 'Allow', Principal: '*', Action: 's3:GetObject' } })).toBe('broken');
  });
});

describe('callers of functions', () => {
  const permission = (properties: Properties) => of(functionsNotPublic, 'AWS::Lambda::Permission', properties);

  it('are named, or come from something that is', () => {
    for (const properties of [
      { Principal: 'events.amazonaws.com' },
      { Principal: { Ref: 'AWS::AccountId' } },
      { Principal: { 'Fn::GetAtt': ['Role', 'Arn'] } },
      { Principal: '*', SourceArn: { Ref: 'TopicArn' } },
      { Principal: '*', SourceAccount: { Ref: 'AWS::AccountId' } },
      { Principal: '*', PrincipalOrgID: 'o-1', FunctionUrlAuthType: 'AWS_IAM' },
    ])
      expect(permission(properties)).toBe('compliant');
  });

  it('are not everybody', () => {
    for (const properties of [
      { Principal: '*' },
      {},
      { Principal: { Ref: 'PrincipalParameter' } },
      { Principal: either('events.amazonaws.com', '*') },
      { Principal: '*', SourceArn: either('arn:aws:sns:ap-south-1:111122223333:topic') },
      { Principal: '*', SourceArn: '*' },
      { Principal: 'lambda.amazonaws.com', FunctionUrlAuthType: 'NONE' },
    ])
      expect(permission(properties)).toBe('broken');
  });

  it('authenticate at URLs', () => {
    const url = (AuthType?: unknown) => of(functionsNotPublic, 'AWS::Lambda::Url', { AuthType });
    expect(url('AWS_IAM')).toBe('compliant');
    expect([url('NONE'), url(), url(either('AWS_IAM', 'NONE')), url({ Ref: 'Type' })]).toEqual(Array(4).fill('broken'));
  });

  it('of layers are named too', () => {
    const layer = (more: Properties) => of(functionsNotPublic, 'AWS::Lambda::LayerVersionPermission', more);
    expect(layer({ Principal: '*' })).toBe('broken');
    expect(layer({ Principal: '*', OrganizationId: 'o-1' })).toBe('compliant');
  });
});

describe('addresses of databases and subnets', () => {
  it('are private where a template says so', () => {
    const judged = (type: string, PubliclyAccessible?: unknown) => of(databasesNotPublic, type, { PubliclyAccessible });
    expect(judged('AWS::RDS::DBInstance', 'false')).toBe('compliant');
    expect(judged('AWS::Redshift::Cluster', either(false, true))).toBe('broken');
    expect(judged('AWS::RDS::DBInstance', { Ref: 'Public' })).toBe('broken');
    expect(judged('AWS::RDS::DBInstance')).toBe('broken');
    expect(judged('AWS::RDS::DBCluster')).toBe('compliant');
    expect(judged('AWS::RDS::DBCluster', true)).toBe('broken');
  });

  it('are given to nothing that is launched', () => {
    const judged = (maps?: unknown) =>
      of(subnetsGiveNoPublicAddress, 'AWS::EC2::Subnet', { MapPublicIpOnLaunch: maps });
    expect([judged(), judged(false), judged('false')]).toEqual(Array(3).fill('compliant'));
    expect([judged(true), judged('true'), judged(either(false, true)), judged({ Ref: 'Maps' })]).toEqual(
      Array(4).fill('broken'),
    );
  });
});

describe('security groups', () => {
  const judged = (SecurityGroupIngress: unknown) =>
    judge(securityGroupsNotOpen, {
      It: { Type: 'AWS::EC2::SecurityGroup', Properties: { SecurityGroupIngress } },
      Vpc: { Type: 'AWS::EC2::VPC' },
    }).It;
  const https = { IpProtocol: 'tcp', FromPort: 443, ToPort: '443' };

  it('let in nobody whom they do not know', () => {
    expect(judged([{ ...https, CidrIp: '0.0.0.0/0' }])).toEqual(['Ingress::0.0.0.0/0:443-443']);
    expect(judged({ IpProtocol: '-1', CidrIpv6: '::/0' })).toEqual(['Ingress::::/0:*-*']);
    expect(judged([{ ...https, CidrIp: '0.0.0.0/1' }])).toEqual(['Ingress::0.0.0.0/1:443-443']);
    expect(judged([{ ...https, CidrIp: either('10.0.0.0/16', '0.0.0.0/0') }])).toHaveLength(1);
    expect(judged([{ ...https, CidrIp: { Ref: 'CidrParameter' } }])).toEqual(['Ingress::<unknown>:443-443']);
    expect(judged([{ Ref: 'RuleParameter' }])).toEqual(['Ingress::<unknown>']);
    const alone = { ...https, CidrIp: '0.0.0.0/0' };
    expect(of(securityGroupsNotOpen, 'AWS::EC2::SecurityGroupIngress', alone)).toHaveLength(1);
  });

  it('let in networks, groups and prefix lists', () => {
    for (const from of [
      { CidrIp: '10.20.0.0/24' },
      { CidrIp: { 'Fn::GetAtt': ['Vpc', 'CidrBlock'] } },
      { CidrIpv6: 'fd00:1::/64' },
      { SourceSecurityGroupId: { Ref: 'Group' } },
      { SourcePrefixListId: 'pl-78a54011' },
      either({ CidrIp: '10.0.0.0/8' }),
    ])
      expect(judged([{ ...https, ...from }, either({ ...https, CidrIp: '10.0.0.0/8' })])).toEqual([]);
    expect(judged(undefined)).toEqual([]);
  });
});

describe('search', () => {
  it('stands in a network', () => {
    const judged = (VPCOptions?: unknown) => of(searchNotPublic, 'AWS::OpenSearchService::Domain', { VPCOptions });
    expect(judged({ SubnetIds: [{ Ref: 'Subnet' }] })).toBe('compliant');
    expect(judged({ SubnetIds: { Ref: 'SubnetsParameter' } })).toBe('compliant');
    expect([judged(), judged({}), judged({ SubnetIds: [] }), judged(either({ SubnetIds: ['a'] }))]).toEqual(
      Array(4).fill('broken'),
    );
  });

  it('of collections is closed to the public', () => {
    const judged = (Policy: unknown, Type: unknown = 'network') =>
      of(searchNotPublic, 'AWS::OpenSearchServerless::SecurityPolicy', { Type, Policy });
    const rules = (AllowFromPublic: boolean) => JSON.stringify([{ Rules: [], AllowFromPublic }]);
    expect(judged(rules(false))).toBe('compliant');
    expect(judged({ 'Fn::Sub': rules(false) })).toBe('compliant');
    expect(
      judged({ 'Fn::Join': ['', ['[{"AllowFromPublic":false,"SourceVPCEs":["', { Ref: 'Endpoint' }, '"]}]']] }),
    ).toBe('compliant');
    expect([judged(rules(true)), judged('[]'), judged('{'), judged({ Ref: 'Text' })]).toEqual(Array(4).fill('broken'));
    expect(judged('{}', 'encryption')).toBe('not-applicable');
  });
});
