import type { Rule } from '../../rule';
import { at } from '../../template';
import { everCovered, WITH_LIFECYCLE } from './lifecycle';
import { ERASURE, PROMISE } from './sources';
import { isWithin } from './values';

/** Parts of uploads are data that no listing of objects shows. */
export const s3UnfinishedUploadsExpire: Rule = {
  id: 'S3UnfinishedUploadsExpire',
  area: 'retention',
  severity: 'error',
  title: 'Uploads that nobody finished are aborted within the recovery window.',
  why: 'The parts of an unfinished upload hold data, and no listing of objects shows them.',
  fix: 'Set `AbortIncompleteMultipartUpload.DaysAfterInitiation` in a lifecycle rule of the whole bucket, for example to 7.',
  serves: [ERASURE, PROMISE],
  types: WITH_LIFECYCLE,
  check: (bucket, { recoveryWindowDays }) =>
    everCovered(bucket, (rule) =>
      isWithin(at(rule, 'AbortIncompleteMultipartUpload', 'DaysAfterInitiation'), 1, recoveryWindowDays),
    )
      ? 'compliant'
      : 'broken',
};
