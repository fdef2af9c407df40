import type { Facts } from '../../facts';
import type { Rule } from '../../rule';
import { at, isObject, numberOf, possible, type Value } from '../../template';
import { ERASURE, YEAR_AND_NO_LONGER } from './sources';
import { tagValues } from './stores';

/** A lock in compliance mode outlasts everybody, root included. */
export const locksNoLongerThanTheirClass: Rule = {
  id: 'LocksNoLongerThanTheirClass',
  area: 'retention',
  severity: 'error',
  title: 'Objects are locked no longer than the law of their class needs, and for good only where its class may be.',
  why: 'Until a lock ends nobody can erase what it holds, so that each day beyond the law is personal data kept without a ground.',
  fix: 'Set `ObjectLockConfiguration.Rule.DefaultRetention.Days` to what the class may have, or leave the default out and lock each object to its own day.',
  serves: [ERASURE, YEAR_AND_NO_LONGER],
  types: ['AWS::S3::Bucket'],
  check: (bucket, facts) => {
    const locks = possible(bucket.properties.ObjectLockConfiguration)
      .filter((lock) => lock !== undefined)
      .flatMap((lock) => (isObject(lock) && !('Fn::If' in lock) ? possible(lock.Rule) : [lock]))
      .filter((rule) => rule !== undefined)
      .flatMap((rule) => possible(at(rule, 'DefaultRetention') ?? rule));
    if (locks.length === 0) return 'not-applicable';
    const classes = tagValues(bucket, facts.tags.dataClass);
    return locks.every((lock) => classes.every((name) => isBearable(lock, name, facts))) ? 'compliant' : 'broken';
  },
};

function isBearable(lock: Value, dataClass: string | undefined, facts: Facts): boolean {
  if (dataClass === undefined || !Object.hasOwn(facts.longestLockDays, dataClass)) return false;
  const mode = at(lock, 'Mode');
  const mayBeForGood = facts.complianceLockClasses.includes(dataClass);
  const modes = mayBeForGood ? ['GOVERNANCE', 'COMPLIANCE'] : ['GOVERNANCE'];
  return (
    possible(mode).every((one) => modes.includes(String(one))) &&
    daysOf(lock).every((days) => days !== undefined && days <= (facts.longestLockDays[dataClass] ?? 0))
  );
}

function daysOf(lock: Value): readonly (number | undefined)[] {
  const years = at(lock, 'Years');
  if (years === undefined) return possible(at(lock, 'Days')).map(numberOf);
  return possible(years)
    .map(numberOf)
    .map((number) => (number === undefined ? undefined : longest(number)));
}

/** Days of so many years with as many leap days as they can have: one in four years, the first in any. */
function longest(years: number): number {
  return years * 365 + Math.ceil(years / 4);
}
