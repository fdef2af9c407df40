import type { Rule } from '../../../../../lib/checks/dpdp/rule';
import { configInIndia } from '../../../../../lib/checks/dpdp/rules/residency/config-in-india';
import { customResourcesInIndia } from '../../../../../lib/checks/dpdp/rules/residency/custom-resources-in-india';
import { eventsStayInIndia } from '../../../../../lib/checks/dpdp/rules/residency/events-stay-in-india';
import { logDeliveryInIndia } from '../../../../../lib/checks/dpdp/rules/residency/log-delivery-in-india';
import { noEdgeServices } from '../../../../../lib/checks/dpdp/rules/residency/no-edge-services';
import { subscriptionsInIndia } from '../../../../../lib/checks/dpdp/rules/residency/subscriptions-in-india';
import { trailLogsInIndia } from '../../../../../lib/checks/dpdp/rules/residency/trail-logs-in-india';
import type { Properties } from '../../../../../lib/checks/dpdp/template';
import { holds } from '../support/judge';
import { arnOf, either, NO_VALUE, PARAMETER, sub, verdictOn } from '../support/one';

type Case = readonly [rule: Rule, type: string, properties: Properties];

const [RULE, SUBSCRIPTION, STREAM] = [
  'AWS::Events::Rule',
  'AWS::SNS::Subscription',
  'AWS::KinesisFirehose::DeliveryStream',
] as const;
const [API, DOMAIN, ACL, TRAIL] = [
  'AWS::ApiGateway::RestApi',
  'AWS::ApiGateway::DomainName',
  'AWS::WAFv2::WebACL',
  'AWS::CloudTrail::Trail',
] as const;

const busIn = (region: string) => `arn:aws:events:${region}:111122223333:event-bus/default`;
const queueIn = (region: string) => `arn:aws:sqs:${region}:111122223333:q`;
const target = (Arn: unknown) => ({ Targets: [{ Id: 'one', Arn }] });
const types = (...Types: unknown[]) => ({ EndpointConfiguration: { Types } });

const BROKEN: readonly Case[] = [
  [eventsStayInIndia, RULE, target(busIn('us-east-1'))],
  [eventsStayInIndia, RULE, target(PARAMETER)],
  [eventsStayInIndia, RULE, { Targets: [{ Id: 'one' }] }],
  [eventsStayInIndia, RULE, { Targets: [either({ Id: 'one', Arn: busIn('eu-west-1') }, NO_VALUE)] }],
  [eventsStayInIndia, RULE, target({ 'Fn::GetAtt': ['Answer', 'Arn'] })],
  [eventsStayInIndia, 'AWS::Events::Endpoint', {}],
  [subscriptionsInIndia, SUBSCRIPTION, { Protocol: 'sqs', Endpoint: queueIn('us-east-1') }],
  [subscriptionsInIndia, SUBSCRIPTION, { Protocol: 'sqs', Endpoint: arnOf('Own'), Region: 'us-east-1' }],
  [subscriptionsInIndia, SUBSCRIPTION, { Protocol: PARAMETER, Endpoint: PARAMETER }],
  [subscriptionsInIndia, 'AWS::SNS::Topic', { Subscription: [{ Protocol: 'lambda', Endpoint: queueIn('eu-west-1') }] }],
  [subscriptionsInIndia, 'AWS::Logs::SubscriptionFilter', { DestinationArn: queueIn('us-east-1') }],
  [subscriptionsInIndia, 'AWS::Logs::SubscriptionFilter', {}],
  [subscriptionsInIndia, STREAM, { S3DestinationConfiguration: { BucketARN: 'arn:aws:s3:::somewhere' } }],
  [
    subscriptionsInIndia,
    STREAM,
    { HttpEndpointDestinationConfiguration: { EndpointConfiguration: { Url: 'https://logs.example' } } },
  ],
  [subscriptionsInIndia, 'AWS::CloudWatch::MetricStream', { FirehoseArn: PARAMETER }],
  [noEdgeServices, 'AWS::CloudFront::Distribution', {}],
  [noEdgeServices, 'AWS::GlobalAccelerator::Accelerator', {}],
  [noEdgeServices, 'AWS::Amplify::App', {}],
  [noEdgeServices, API, {}],
  [noEdgeServices, API, types('EDGE')],
  [noEdgeServices, API, types()],
  [noEdgeServices, API, types(either('REGIONAL', 'EDGE'))],
  [noEdgeServices, API, types(PARAMETER)],
  [noEdgeServices, API, { EndpointConfiguration: either({ Types: ['REGIONAL'] }, NO_VALUE) }],
  [noEdgeServices, DOMAIN, { CertificateArn: 'arn:aws:acm:us-east-1:1:certificate/c' }],
  [noEdgeServices, 'AWS::Cognito::UserPoolDomain', { CustomDomainConfig: {} }],
  [noEdgeServices, 'AWS::AppSync::DomainName', {}],
  [noEdgeServices, ACL, { Scope: 'CLOUDFRONT' }],
  [noEdgeServices, ACL, { Scope: PARAMETER }],
  [noEdgeServices, ACL, {}],
  [noEdgeServices, 'AWS::S3::Bucket', { AccelerateConfiguration: { AccelerationStatus: 'Enabled' } }],
  [
    noEdgeServices,
    'AWS::IAM::Role',
    {
      AssumeRolePolicyDocument: {
        Statement: [{ Principal: { Service: ['lambda.amazonaws.com', 'edgelambda.amazonaws.com'] } }],
      },
    },
  ],
  [trailLogsInIndia, TRAIL, { S3BucketName: 'a-bucket-by-name' }],
  [trailLogsInIndia, TRAIL, {}],
  [
    trailLogsInIndia,
    TRAIL,
    {
      S3BucketName: { Ref: 'Own' },
      CloudWatchLogsLogGroupArn: 'arn:aws:logs:us-east-1:111122223333:log-group:trail:*',
    },
  ],
  [configInIndia, 'AWS::Config::DeliveryChannel', { S3BucketName: PARAMETER }],
  [configInIndia, 'AWS::Config::AggregationAuthorization', { AuthorizedAwsRegion: 'us-east-1' }],
  [logDeliveryInIndia, 'AWS::EC2::FlowLog', { LogDestination: 'arn:aws:s3:::somewhere' }],
  [logDeliveryInIndia, 'AWS::Route53Resolver::ResolverQueryLoggingConfig', { DestinationArn: NO_VALUE }],
  [
    logDeliveryInIndia,
    'AWS::WAFv2::LoggingConfiguration',
    { LogDestinationConfigs: ['arn:aws:logs:us-east-1:111122223333:log-group:aws-waf-logs'] },
  ],
  [
    logDeliveryInIndia,
    'AWS::NetworkFirewall::LoggingConfiguration',
    { LoggingConfiguration: { LogDestinationConfigs: [{ LogDestination: { bucketName: 'by-name' } }] } },
  ],
  [customResourcesInIndia, 'AWS::CloudFormation::CustomResource', { Region: 'us-east-1' }],
  [customResourcesInIndia, 'AWS::CloudFormation::CustomResource', { Region: PARAMETER }],
  [customResourcesInIndia, 'Custom::AWS', { Create: '{"service":"S3","action":"createBucket","region":"us-east-1"}' }],
];

const WELL: readonly Case[] = [
  [eventsStayInIndia, RULE, {}],
  [eventsStayInIndia, RULE, target(busIn('ap-south-2'))],
  [eventsStayInIndia, RULE, target({ Ref: 'Own' })],
  [eventsStayInIndia, RULE, target({ 'Fn::GetAtt': 'Own.Arn' })],
  [eventsStayInIndia, RULE, target(sub('arn:<AWS::Partition>:events:<AWS::Region>:<AWS::AccountId>:event-bus/b'))],
  [subscriptionsInIndia, SUBSCRIPTION, { Protocol: 'email', Endpoint: PARAMETER }],
  [subscriptionsInIndia, SUBSCRIPTION, { Protocol: 'sqs', Endpoint: arnOf('Own') }],
  [subscriptionsInIndia, SUBSCRIPTION, { Protocol: 'sqs', Endpoint: queueIn('ap-south-2') }],
  [subscriptionsInIndia, 'AWS::SNS::Topic', {}],
  [subscriptionsInIndia, 'AWS::Logs::SubscriptionFilter', { DestinationArn: arnOf('Own') }],
  [subscriptionsInIndia, STREAM, { ExtendedS3DestinationConfiguration: { BucketARN: arnOf('Own') } }],
  [noEdgeServices, API, types('REGIONAL')],
  [noEdgeServices, API, types(either('REGIONAL', 'PRIVATE'))],
  [noEdgeServices, DOMAIN, { RegionalCertificateArn: PARAMETER }],
  [noEdgeServices, 'AWS::Cognito::UserPoolDomain', { Domain: 'digicrm' }],
  [noEdgeServices, ACL, { Scope: 'REGIONAL' }],
  [noEdgeServices, 'AWS::S3::Bucket', { AccelerateConfiguration: { AccelerationStatus: 'Suspended' } }],
  [noEdgeServices, 'AWS::S3::Bucket', {}],
  [
    noEdgeServices,
    'AWS::IAM::Role',
    { AssumeRolePolicyDocument: { Statement: [{ Principal: { Service: 'lambda.amazonaws.com' } }] } },
  ],
  [trailLogsInIndia, TRAIL, { S3BucketName: { Ref: 'Own' }, CloudWatchLogsLogGroupArn: arnOf('Own') }],
  [configInIndia, 'AWS::Config::DeliveryChannel', { S3BucketName: { Ref: 'Own' } }],
  [configInIndia, 'AWS::Config::AggregationAuthorization', { AuthorizedAwsRegion: 'ap-south-2' }],
  [logDeliveryInIndia, 'AWS::EC2::FlowLog', { LogGroupName: 'flow' }],
  [logDeliveryInIndia, 'AWS::EC2::FlowLog', { LogDestination: { 'Fn::Join': ['/', [arnOf('Own'), 'flow']] } }],
  [
    logDeliveryInIndia,
    'AWS::NetworkFirewall::LoggingConfiguration',
    { LoggingConfiguration: { LogDestinationConfigs: [{ LogDestination: { logGroup: 'alerts' } }] } },
  ],
  [customResourcesInIndia, 'AWS::CloudFormation::CustomResource', { ServiceToken: arnOf('Own') }],
  [customResourcesInIndia, 'Custom::AWS', { Create: '{"service":"S3","region":"ap-south-2"}' }],
];

const BESIDE = { Own: { Type: 'AWS::S3::Bucket' }, Answer: { Type: 'Custom::Answer' } };

describe('what is sent and served', () => {
  it.each(BROKEN.map(([rule, type, properties]) => [rule.id, type, properties, rule] as const))(
    '%s does not let %s go with %j',
    (_, type, properties, rule) => {
      expect(holds(verdictOn(rule, type, properties, BESIDE))).toBe(false);
    },
  );

  it.each(WELL.map(([rule, type, properties]) => [rule.id, type, properties, rule] as const))(
    '%s lets %s go with %j',
    (_, type, properties, rule) => {
      expect(holds(verdictOn(rule, type, properties, BESIDE))).toBe(true);
    },
  );

  it('says where events go', () => {
    expect(verdictOn(eventsStayInIndia, RULE, target(busIn('us-east-1')))).toEqual(['sends events to us-east-1']);
  });
});
