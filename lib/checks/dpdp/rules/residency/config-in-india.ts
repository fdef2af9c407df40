import type { Rule } from '../../rule';
import { SOURCES } from '../../sources';
import { regionsNamed, regionsOf, strays, UNKNOWN_REGION } from '../../whereabouts';

export const configInIndia: Rule = {
  id: 'ConfigInIndia',
  area: 'residency',
  severity: 'error',
  title: 'What AWS Config records is delivered to and read from India alone.',
  why: 'The history of the configuration is a log of the systems, and an authorised aggregator reads it from elsewhere.',
  fix: 'Let `S3BucketName` refer to a bucket of a stack in an allowed Region, and authorise aggregators there alone.',
  serves: [SOURCES.logsInIndia],
  types: ['AWS::Config::DeliveryChannel', 'AWS::Config::AggregationAuthorization'],
  check: (resource, facts) => {
    const { S3BucketName, SnsTopicARN, AuthorizedAwsRegion } = resource.properties;
    if (resource.type === 'AWS::Config::AggregationAuthorization')
      return strays(regionsNamed(AuthorizedAwsRegion, resource), facts, UNKNOWN_REGION).map(
        (region) => `is read by an aggregator in ${region}`,
      );
    return [
      ...strays(regionsOf(S3BucketName, resource), facts, UNKNOWN_REGION).map(
        (region) => `delivers to a bucket in ${region}`,
      ),
      ...strays(regionsOf(SnsTopicARN, resource), facts).map((region) => `tells a topic in ${region}`),
    ];
  },
};
