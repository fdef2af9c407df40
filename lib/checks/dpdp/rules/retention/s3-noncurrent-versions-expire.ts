import type { Rule } from '../../rule';
import { at, possible, type Value } from '../../template';
import { everCovered, mayHaveVersions } from './lifecycle';
import { ERASURE, PROMISE } from './sources';
import { isOfClass, mayBePersonal } from './stores';
import { isWithin } from './values';

/** What a deletion hides has to go within the recovery window. */
export const s3NoncurrentVersionsExpire: Rule = {
  id: 'S3NoncurrentVersionsExpire',
  area: 'retention',
  severity: 'error',
  title: 'Versions of personal data that were replaced or deleted go within the recovery window.',
  why: 'In a versioned bucket a deletion only hides an object, so that it would stay for ever.',
  // S3 rounds up to the next midnight UTC, which can add a day: the number itself would be a day too long.
  fix: 'Set `NoncurrentVersionExpiration.NoncurrentDays` to less than the days of the recovery window, because S3 rounds up, and leave out `NewerNoncurrentVersions`.',
  serves: [ERASURE, PROMISE],
  types: ['AWS::S3::Bucket'],
  check: (bucket, facts) => {
    if (!mayBePersonal(bucket, facts) || !mayHaveVersions(bucket)) return 'not-applicable';
    // What a law keeps ends with its own decision, and not by the clock of the recovery window.
    if (isOfClass(bucket, facts.sealedClasses, facts)) return 'not-applicable';
    const goes = (rule: Value) => goInTime(rule, facts.recoveryWindowDays - 1);
    return everCovered(bucket, goes) ? 'compliant' : 'broken';
  },
};

function goInTime(rule: Value, most: number): boolean {
  const expiration = at(rule, 'NoncurrentVersionExpiration');
  if (expiration === undefined) return isWithin(at(rule, 'NoncurrentVersionExpirationInDays'), 1, most);
  return possible(expiration).every(
    (one) => isWithin(at(one, 'NoncurrentDays'), 1, most) && at(one, 'NewerNoncurrentVersions') === undefined,
  );
}
