import type { Register } from '../../policies/schema';
import { type Day, formatDay, parseDayInIndia } from './civil-date';

/**
 * First calendar day in India, e.g. `2027-01-27`, on which no backup can hold any more what was erased.
 *
 * The last backup that can still hold it was begun before the last deletion: at the latest in the last
 * moment of that day in India, whether every night by plan, by hand, or continuously by a table's
 * point-in-time recovery. Its days are counted as 24 hours from then, so they end in the last moment of the
 * day that is so many days later. After its end AWS needs up to `removalDays` to remove it. The day after
 * that begins without it. A copy in the second Region has the day of creation of what it was copied from,
 * and a recovery point can be given no more days than the vault's lock allows, so the ceiling is counted and
 * not the plan's own number. What is said here is never too early, and at most two days too late.
 *
 * @param lastDeletionAt instant of the last deletion, ISO 8601 with offset; later is the safe side
 * @throws RangeError when it is no instant
 */
export function backupsLapseOn(lastDeletionAt: string, register: Pick<Register, 'retention'>): string {
  const deletedOn = parseDayInIndia(lastDeletionAt);
  if (deletedOn === undefined || lastDeletionAt.length === 10)
    throw new RangeError('expected an instant with its offset, such as 2026-11-22T10:00:00.000Z');
  return formatDay(lapseDay(deletedOn, register));
}

function lapseDay(deletedOn: Day, { retention: { backups } }: Pick<Register, 'retention'>): Day {
  return deletedOn + backups.ceilingDays.days + backups.removalDays.days + 1;
}
