import type { Facts } from '../../facts';
import { inEach, isAbsent, reach } from '../../reach';
import type { Rule } from '../../rule';
import { SOURCES } from '../../sources';
import { at, type Properties, type TemplateResource } from '../../template';
import { regionsNamed, regionsOf, strays, UNKNOWN_REGION } from '../../whereabouts';

/** Protocols whose endpoint is a resource of AWS; others lead to people and to processors, which have a register of their own. */
const OF_AWS = ['sqs', 'lambda', 'firehose', 'application'];

/** Destinations outside of AWS that a delivery stream can have. */
const FOREIGN = ['HttpEndpoint', 'Splunk', 'Snowflake'].map((name) => `${name}DestinationConfiguration`);

export const subscriptionsInIndia: Rule = {
  id: 'SubscriptionsInIndia',
  area: 'residency',
  severity: 'error',
  title: 'Subscriptions and delivery streams lead to resources in India alone.',
  why: 'A subscriber in another Region gets every message and every line of a log there.',
  fix: 'Refer to queues, functions and buckets of stacks in allowed Regions, or name their ARN there literally.',
  serves: [SOURCES.transfers, SOURCES.logsInIndia],
  types: [
    ...(['AWS::SNS::Subscription', 'AWS::SNS::Topic', 'AWS::Logs::SubscriptionFilter'] as const),
    ...(['AWS::Logs::Destination', 'AWS::KinesisFirehose::DeliveryStream', 'AWS::CloudWatch::MetricStream'] as const),
  ],
  check: (resource, facts) => {
    const { type, properties } = resource;
    if (type === 'AWS::SNS::Subscription') return ofSubscription(properties, resource, facts);
    if (type === 'AWS::SNS::Topic')
      return inEach(properties.Subscription, [], leads(UNKNOWN_REGION), (one) =>
        ofSubscription(one as Properties, resource, facts),
      );
    if (type === 'AWS::KinesisFirehose::DeliveryStream') return ofStream(resource, facts);
    const target = properties.DestinationArn ?? properties.TargetArn ?? properties.FirehoseArn;
    return strays(regionsOf(target, resource), facts, UNKNOWN_REGION).map(leads);
  },
};

function leads(region: string): string {
  return `leads to ${region}`;
}

function ofSubscription(subscription: Properties, resource: TemplateResource, facts: Facts): readonly string[] {
  const topic = strays(regionsNamed(at(subscription, 'Region'), resource), facts);
  const protocols = reach(subscription, 'Protocol');
  const isOfAws = protocols.some((protocol) => typeof protocol !== 'string' || OF_AWS.includes(protocol));
  const endpoint = isOfAws ? strays(regionsOf(at(subscription, 'Endpoint'), resource), facts, UNKNOWN_REGION) : [];
  return [...topic.map((region) => `listens to a topic in ${region}`), ...endpoint.map(leads)];
}

function ofStream(resource: TemplateResource, facts: Facts): readonly string[] {
  const { properties } = resource;
  const buckets = Object.entries(properties)
    .filter(([name]) => name.endsWith('DestinationConfiguration'))
    .flatMap(([, configuration]) => [
      ...reach(configuration, 'BucketARN'),
      ...reach(configuration, 'S3Configuration', 'BucketARN'),
      ...reach(configuration, 'S3BackupConfiguration', 'BucketARN'),
      ...reach(configuration, 'DomainARN'),
    ])
    .filter((arn) => !isAbsent(arn));
  return [
    ...strays(
      buckets.flatMap((arn) => regionsOf(arn, resource)),
      facts,
    ).map(leads),
    ...FOREIGN.filter((name) => !isAbsent(properties[name])).map(() => 'leads to an endpoint outside of AWS'),
  ];
}
