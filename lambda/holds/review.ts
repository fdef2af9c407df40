import { formatDay, parseDate, parseDayInIndia } from '../retention/civil-date';
import { instant } from '../shared/clock';

/** Midnight in India, which begins a day there, in UTC. */
const MIDNIGHT = 'T00:00:00.000+05:30';

/** Instant at which a review day begins in India. */
export function reviewBegins(reviewAt: string): string {
  return instant(new Date(reviewAt + MIDNIGHT));
}

/** Whether a review day is acceptable: from tomorrow in India until so many days from today. */
export function isReviewDay(reviewAt: string, now: Date, maxReviewDays: number): boolean {
  const day = parseDate(reviewAt);
  const today = parseDayInIndia(instant(now));
  return day !== undefined && today !== undefined && day > today && day <= today + maxReviewDays;
}

/** Last day that may be chosen for a review. */
export function latestReview(now: Date, maxReviewDays: number): string {
  const today = parseDayInIndia(instant(now));
  if (today === undefined) throw new RangeError('the clock stands outside the calendar');
  return formatDay(today + maxReviewDays);
}
