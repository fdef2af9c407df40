import { follow, remembered } from '../../follow';
import { isAbsent, isIntrinsic, reach } from '../../reach';
import type { Rule } from '../../rule';
import { isObject, type Template, type TemplateResource } from '../../template';
import { isBucketWatched } from '../../trails';
import { CERT_IN, VISIBILITY } from './sources';

export const s3AccessLogged: Rule = {
  id: 'S3AccessLogged',
  area: 'logging',
  severity: 'error',
  title: 'Each access to the objects of a bucket is logged.',
  why: 'Otherwise nobody can tell after a breach whose data was read.',
  fix: 'Set `LoggingConfiguration` to a bucket for logs, or record data events of `AWS::S3::Object` in a trail.',
  serves: [VISIBILITY, CERT_IN],
  types: ['AWS::S3::Bucket'],
  check(bucket) {
    const logged = reach(bucket.properties.LoggingConfiguration).every(
      (logging) => isObject(logging) && !isIntrinsic(logging),
    );
    if (logged || isBucketWatched(bucket)) return 'compliant';
    // A log of the accesses that write the log would never end.
    return logBuckets(bucket.app).has(bucket) ? 'not-applicable' : 'broken';
  },
};

const destinations = new WeakMap<readonly Template[], ReadonlySet<TemplateResource>>();

/** Buckets into which other buckets log. */
function logBuckets(app: readonly Template[]): ReadonlySet<TemplateResource> {
  return remembered(destinations, app, () => {
    const buckets = app.flatMap((template) => template.ofType('AWS::S3::Bucket'));
    const byName = new Map(buckets.map((bucket) => [bucket.properties.BucketName, bucket]));
    return new Set(
      buckets.flatMap((bucket) =>
        reach(bucket.properties, 'LoggingConfiguration', 'DestinationBucketName')
          .filter((name) => !isAbsent(name))
          .flatMap((name) => follow(name, bucket))
          .map((origin) => {
            if (origin.kind === 'resource') return origin.resource;
            return origin.kind === 'text' ? byName.get(origin.text) : undefined;
          })
          .filter((to) => to !== undefined && to !== bucket),
      ),
    ) as ReadonlySet<TemplateResource>;
  });
}
