import { isAbsent } from '../../reach';
import type { Rule } from '../../rule';
import { SOURCES } from '../../sources';
import { deadLettersOf, isWaitingPlace } from '../../waiting-places';
import { OBSERVANCE } from './sources';

export const queuesHaveDeadLetters: Rule = {
  id: 'QueuesHaveDeadLetters',
  area: 'monitoring',
  severity: 'error',
  title: 'What fails on a queue waits on another one, at which somebody looks.',
  why: 'Otherwise a request of a person, such as an erasure, is tried until it lapses, and nobody knows.',
  fix: 'Set `RedrivePolicy` with `deadLetterTargetArn` and `maxReceiveCount`.',
  serves: [OBSERVANCE, SOURCES.continuity],
  types: ['AWS::SQS::Queue'],
  check(queue) {
    const targets = deadLettersOf(queue.properties.RedrivePolicy);
    if (targets.length > 0 && targets.every((target) => !isAbsent(target) && target !== '')) return 'compliant';
    return isWaitingPlace(queue) ? 'not-applicable' : 'broken';
  },
};
