import { inEach, isAbsent, reach } from '../../reach';
import type { Rule } from '../../rule';
import { SOURCES } from '../../sources';
import { regionsOf, strays, UNKNOWN_REGION } from '../../whereabouts';

const UNCLEAR = 'replicates to a bucket of which synth cannot tell the Region';

/** An ARN of S3 names no Region: only a bucket of the app shows where it is. */
export const s3ReplicationInIndia: Rule = {
  id: 'S3ReplicationInIndia',
  area: 'residency',
  severity: 'error',
  title: 'Buckets replicate to Regions in India alone.',
  why: 'A replica abroad is a transfer of everything in the bucket, which nobody decides about object by object.',
  fix: 'Let `Destination.Bucket` refer to a bucket of a stack in an allowed Region, or remove `ReplicationConfiguration`.',
  serves: [SOURCES.transfers, SOURCES.foreignStates],
  types: ['AWS::S3::Bucket'],
  check: (resource, facts) =>
    inEach(resource.properties.ReplicationConfiguration, ['Rules'], UNCLEAR, (rule) => {
      const buckets = reach(rule, 'Destination', 'Bucket');
      if (buckets.some(isAbsent)) return [UNCLEAR];
      return strays(
        buckets.flatMap((bucket) => regionsOf(bucket, resource)),
        facts,
      ).map((region) => (region === UNKNOWN_REGION ? UNCLEAR : `replicates to a bucket in ${region}`));
    }),
};
