import type { RetentionDecision } from './decision';

/**
 * What is done and when, in one sentence.
 *
 * @param day the day in question as `2027-06-01`; left out where that is today
 */
export function outcomeInWords({ outcome, notBefore, notAfter, reviewAt }: RetentionDecision, day?: string): string {
  const when = day === undefined ? 'now' : `on ${day}`;
  switch (outcome) {
    case 'erase':
      return notAfter === null ? `Erased ${when}.` : `Erased ${when}; it had to be gone by ${notAfter}.`;
    case 'seal':
      return `Sealed ${when}: out of use, kept for the law alone, and erased on ${notBefore}.`;
    case 'hold':
      if (notBefore !== null) return `Stays as it is ${day === undefined ? 'for now' : when}; erased on ${notBefore}.`;
      if (reviewAt !== null) return `Stays as it is; a person looks at it on ${reviewAt}.`;
      return 'Stays as it is.';
    default:
      return outcome satisfies never;
  }
}
