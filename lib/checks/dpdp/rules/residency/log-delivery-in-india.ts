import { inEach } from '../../reach';
import type { Rule } from '../../rule';
import { SOURCES } from '../../sources';
import { at } from '../../template';
import { regionsOf, strays, UNKNOWN_REGION } from '../../whereabouts';

const words = (region: string) => `delivers logs to ${region}`;

export const logDeliveryInIndia: Rule = {
  id: 'LogDeliveryInIndia',
  area: 'residency',
  severity: 'error',
  title: 'Logs of networks and firewalls are delivered within India.',
  why: 'Logs of all systems have to be within Indian jurisdiction, and the ARN of a bucket does not say where it is.',
  fix: 'Let the destination refer to a bucket, log group or stream of a stack in an allowed Region.',
  serves: [SOURCES.logsInIndia],
  types: [
    'AWS::EC2::FlowLog',
    'AWS::Route53Resolver::ResolverQueryLoggingConfig',
    'AWS::WAFv2::LoggingConfiguration',
    'AWS::NetworkFirewall::LoggingConfiguration',
  ],
  check: (resource, facts) => {
    const { type, properties } = resource;
    const judge = (value: unknown, absent?: string) => strays(regionsOf(value, resource), facts, absent).map(words);
    if (type === 'AWS::EC2::FlowLog') return judge(properties.LogDestination);
    if (type === 'AWS::WAFv2::LoggingConfiguration')
      return inEach(properties.LogDestinationConfigs, [], words(UNKNOWN_REGION), (arn) => judge(arn));
    if (type === 'AWS::NetworkFirewall::LoggingConfiguration')
      return inEach(properties, ['LoggingConfiguration', 'LogDestinationConfigs'], words(UNKNOWN_REGION), (config) =>
        // Log groups and streams are named without a Region: they are the firewall's own.
        judge(at(config, 'LogDestination', 'bucketName')),
      );
    return judge(properties.DestinationArn, UNKNOWN_REGION);
  },
};
