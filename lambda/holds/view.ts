import { instant } from '../shared/clock';
import type { HoldRecord, HoldView } from './model';
import { reviewBegins } from './review';

/** A hold as the API shows it. */
export function viewOf({ hold, changedBy, lifted, appliedAt, releasedAt }: HoldRecord, now: Date): HoldView {
  return {
    ...hold,
    changedBy,
    state: lifted === undefined ? 'standing' : 'lifted',
    lifted: lifted ?? null,
    reviewDue: lifted === undefined && reviewBegins(hold.reviewAt) <= instant(now),
    objectLocks: lifted === undefined ? (appliedAt ? 'applied' : 'pending') : releasedAt ? 'released' : 'releasing',
  };
}
