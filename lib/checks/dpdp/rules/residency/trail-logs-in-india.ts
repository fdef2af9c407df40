import type { Rule } from '../../rule';
import { SOURCES } from '../../sources';
import { regionsOf, strays, UNKNOWN_REGION } from '../../whereabouts';

export const trailLogsInIndia: Rule = {
  id: 'TrailLogsInIndia',
  area: 'residency',
  severity: 'error',
  title: 'Trails are written to a bucket and a log group in India.',
  why: 'Logs of all systems have to be within Indian jurisdiction, and the name of a bucket does not say where it is.',
  fix: 'Let `S3BucketName` refer to a bucket of a stack in an allowed Region, and `CloudWatchLogsLogGroupArn` to a group there.',
  serves: [SOURCES.logsInIndia],
  types: ['AWS::CloudTrail::Trail'],
  check: (resource, facts) => {
    const { S3BucketName, CloudWatchLogsLogGroupArn } = resource.properties;
    return [
      ...strays(regionsOf(S3BucketName, resource), facts, UNKNOWN_REGION).map(
        (region) => `writes to a bucket in ${region}`,
      ),
      ...strays(regionsOf(CloudWatchLogsLogGroupArn, resource), facts).map(
        (region) => `writes to a log group in ${region}`,
      ),
    ];
  },
};
