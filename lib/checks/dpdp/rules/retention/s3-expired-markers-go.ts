import type { Rule } from '../../rule';
import { at, isTrue, type Value } from '../../template';
import { everCovered, mayHaveVersions } from './lifecycle';
import { ERASURE } from './sources';
import { isOfClass, mayBePersonal } from './stores';
import { isWithin } from './values';

/** A delete marker keeps the key of what is gone. */
export const s3ExpiredMarkersGo: Rule = {
  id: 'S3ExpiredMarkersGo',
  area: 'retention',
  severity: 'error',
  title: 'Delete markers that stand alone go as well.',
  why: 'A marker keeps the key of an object whose versions are all gone, and with it what the key says.',
  fix: 'Set `ExpiredObjectDeleteMarker` to true in a lifecycle rule of the whole bucket that does not expire by age.',
  serves: [ERASURE],
  types: ['AWS::S3::Bucket'],
  check: (bucket, facts) => {
    if (!mayBePersonal(bucket, facts) || !mayHaveVersions(bucket)) return 'not-applicable';
    if (isOfClass(bucket, facts.sealedClasses, facts)) return 'not-applicable';
    return everCovered(bucket, takesMarkers) ? 'compliant' : 'broken';
  },
};

/** S3 takes a lone marker too when it reaches the age at which the rule's objects expire. */
function takesMarkers(rule: Value): boolean {
  const marker = at(rule, 'ExpiredObjectDeleteMarker');
  return marker === undefined ? isWithin(at(rule, 'ExpirationInDays'), 1, Number.MAX_SAFE_INTEGER) : isTrue(marker);
}
