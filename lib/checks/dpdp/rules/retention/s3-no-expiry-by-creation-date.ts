import type { Rule } from '../../rule';
import { isObject, type Value } from '../../template';
import { mayHaveRule } from './lifecycle';
import { LOSS, PROMISE } from './sources';
import { isOfClass, mayEndWithTermination } from './stores';
import { maySay } from './values';

/** S3 counts from an object's creation and knows nothing of a termination. */
export const s3NoExpiryByCreationDate: Rule = {
  id: 'S3NoExpiryByCreationDate',
  area: 'retention',
  severity: 'error',
  title: 'Data that ends with a termination does not expire by its age.',
  why: 'S3 counts the days of an expiration from the creation of an object and not from a termination, so that data in use is lost.',
  fix: 'Leave out `ExpirationInDays` and `ExpirationDate`, also in rules with a tag filter: put delete markers at termination and let `NoncurrentVersionExpiration` do the rest.',
  serves: [LOSS, PROMISE],
  types: ['AWS::S3::Bucket', 'AWS::S3Express::DirectoryBucket'],
  check: (bucket, facts) => {
    if (!mayEndWithTermination(bucket, facts)) return 'not-applicable';
    if (isOfClass(bucket, facts.expiringClasses, facts)) return 'not-applicable';
    return mayHaveRule(bucket, expires) ? 'broken' : 'compliant';
  },
};

function expires(rule: Value): boolean {
  // What a function puts there cannot be told.
  if (!isObject(rule) || rule.Status === undefined) return true;
  return maySay(rule.ExpirationInDays) || maySay(rule.ExpirationDate);
}
