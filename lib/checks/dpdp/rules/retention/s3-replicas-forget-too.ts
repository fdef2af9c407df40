import type { Rule } from '../../rule';
import { at, isObject, possible, type Value } from '../../template';
import { ERASURE, PROMISE } from './sources';
import { mayBePersonal } from './stores';

/** What a termination hides must not stay visible in the copy. */
export const s3ReplicasForgetToo: Rule = {
  id: 'S3ReplicasForgetToo',
  area: 'retention',
  severity: 'error',
  title: 'Replication of personal data takes delete markers along.',
  why: 'Otherwise what was deleted stays the current version of the copy, which no lifecycle ever takes.',
  fix: 'Set `DeleteMarkerReplication.Status` to Enabled in each rule of `ReplicationConfiguration`, with a `Filter` and no tag in it.',
  serves: [ERASURE, PROMISE],
  types: ['AWS::S3::Bucket'],
  check: (bucket, facts) => {
    const { ReplicationConfiguration } = bucket.properties;
    const configurations = possible(ReplicationConfiguration).filter((one) => one !== undefined);
    if (configurations.length === 0 || !mayBePersonal(bucket, facts)) return 'not-applicable';
    return configurations.flatMap((one) => possible(at(one, 'Rules'))).every(takesAllMarkers) ? 'compliant' : 'broken';
  },
};

function takesAllMarkers(rules: Value): boolean {
  return Array.isArray(rules) && rules.flatMap(possible).every((rule) => rule === undefined || takesMarkers(rule));
}

function takesMarkers(rule: Value): boolean {
  if (at(rule, 'Status') === 'Disabled') return true;
  // A rule of the first version has no filter, and always takes markers along.
  if (isObject(rule) && rule.Filter === undefined) return rule.Prefix !== undefined;
  return possible(at(rule, 'DeleteMarkerReplication', 'Status')).every((status) => status === 'Enabled');
}
