import { isAbsent, reach } from '../../reach';
import type { Rule } from '../../rule';
import { SOURCES } from '../../sources';
import { numberOf } from '../../template';

export const kmsKeyWaitsBeforeDeletion: Rule = {
  id: 'KmsKeyWaitsBeforeDeletion',
  area: 'keys',
  severity: 'error',
  title: 'Keys wait as long as they can before they are deleted.',
  why: 'A deleted key is erased data: the wait is the time in which a mistake or an attack can still be undone.',
  fix: 'Leave `PendingWindowInDays` out, or set it to 30.',
  serves: [SOURCES.safeguards, SOURCES.continuity],
  types: ['AWS::KMS::Key', 'AWS::KMS::ReplicaKey'],
  check: ({ properties: { PendingWindowInDays } }, { keyDeletionWaitDays }) =>
    reach(PendingWindowInDays).every((days) => isAbsent(days) || (numberOf(days) ?? 0) >= keyDeletionWaitDays)
      ? 'compliant'
      : 'broken',
};
