import type { Rule } from '../../rule';
import { everCovered, WITH_LIFECYCLE } from './lifecycle';
import { ERASURE, PROMISE } from './sources';
import { maySay } from './values';

const ENDINGS = [
  'ExpirationInDays',
  'ExpirationDate',
  'ExpiredObjectDeleteMarker',
  'NoncurrentVersionExpiration',
  'NoncurrentVersionExpirationInDays',
  'AbortIncompleteMultipartUpload',
];

/** The net below every erasure. */
export const s3HasLifecycle: Rule = {
  id: 'S3HasLifecycle',
  area: 'retention',
  severity: 'error',
  title: 'Buckets have a lifecycle in which something ends.',
  why: 'Old versions, markers and unfinished uploads are seen in no listing, and stay for ever unless a lifecycle takes them.',
  fix: 'Add a rule to `LifecycleConfiguration.Rules` that is enabled, covers the whole bucket and expires something.',
  serves: [ERASURE, PROMISE],
  types: WITH_LIFECYCLE,
  check: (bucket) =>
    everCovered(bucket, (rule) => ENDINGS.some((name) => maySay((rule as Record<string, unknown>)[name])))
      ? 'compliant'
      : 'broken',
};
