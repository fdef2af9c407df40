import { recoveryWindowDays } from '../../policies/register';
import type { Register } from '../../policies/schema';
import { addPeriod, formatDay, parseDate, parseDayInIndia } from '../retention/civil-date';
import { instant } from '../shared/clock';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Midnight in India is 18:30 UTC of the day before. */
const INDIA_OFFSET_MS = 5.5 * HOUR_MS;

/** Instants of one recovery window, in UTC. */
export interface Window {
  readonly terminatedAt: string;
  /** First midnight UTC at which S3 may remove a version that the termination superseded, and our own erasure begins. */
  readonly eraseAt: string;
  /** The last instant of the promise. */
  readonly promiseEndsAt: string;
  /** Warnings, earliest first. */
  readonly notices: readonly { readonly id: string; readonly hoursBefore: number; readonly dueAt: string }[];
}

/**
 * When S3's lifecycle may remove a version at the earliest: so many days after it became noncurrent, rounded
 * up to the next midnight UTC (Amazon S3 user guide, "Lifecycle rules based on an object's age"). An instant
 * that is a midnight already is not rounded further.
 */
export function removableAt(noncurrentSince: Date, noncurrentDays: number): Date {
  return new Date(Math.ceil((noncurrentSince.getTime() + noncurrentDays * DAY_MS) / DAY_MS) * DAY_MS);
}

/** The recovery window that begins with a termination. Pure: the same instant and register give the same window. */
export function windowOf(terminatedAt: Date, register: Pick<Register, 'retention'>): Window {
  const { lifecycle, notices } = register.retention;
  const eraseAt = removableAt(terminatedAt, lifecycle.noncurrentDays.days);
  return {
    terminatedAt: instant(terminatedAt),
    eraseAt: instant(eraseAt),
    promiseEndsAt: instant(new Date(terminatedAt.getTime() + recoveryWindowDays(register) * DAY_MS)),
    notices: notices.before.map(({ id, hoursBefore }) => ({
      id,
      hoursBefore,
      dueAt: instant(new Date(eraseAt.getTime() - (hoursBefore + notices.marginHours.hours) * HOUR_MS)),
    })),
  };
}

/** The later of two instants as they are stored, which sort as text. */
export function laterOf(one: string, other: string): string {
  return [one, other].sort().at(-1) ?? one;
}

/** The earlier of two instants as they are stored. */
export function earlierOf(one: string, other: string): string {
  return [one, other].sort().at(0) ?? one;
}

/** Days after which the last backup of what was erased is gone: the longest kind, and the time its removal takes. */
export function backupDays({ retention: { backups } }: Pick<Register, 'retention'>): number {
  return Math.max(backups.retainDays.days, backups.pointInTimeDays.days) + backups.removalDays.days;
}

/** First day in India on which no backup taken before the erasure is left, backups being kept for so many days. */
export function backupsLapseOn(erasedAt: string, backupDays: number): string {
  const day = parseDayInIndia(erasedAt);
  if (day === undefined) throw new RangeError('an instant between 1900 and 2999 is expected');
  // The day of the erasure is not counted: its backup may have been taken a minute earlier.
  return formatDay(addPeriod(day, { unit: 'days', value: backupDays + 1 }));
}

/** Midnight in India with which a day begins, as an instant in UTC. @throws RangeError when it is no date */
export function startOfDayInIndia(day: string): string {
  const number = parseDate(day);
  if (number === undefined) throw new RangeError('a date such as 2027-05-13 is expected');
  return instant(new Date(number * DAY_MS - INDIA_OFFSET_MS));
}
