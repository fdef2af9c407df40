import { instant } from '../shared/clock';
import type { AlarmCode } from './model';
import { effectiveNow, type Move, type Situation } from './situation';

const MINUTE_MS = 60_000;
/** How far two clocks may disagree before somebody should look. */
const SKEW_MS = 5 * MINUTE_MS;
/** Hiding or revealing should take minutes; the largest tenants, some hours. */
const STORES_LATE_MS = 6 * 60 * MINUTE_MS;

/** Nothing to do before `until`, which is never later than the end of the promise while data must still go. */
export function wait(s: Situation, until: string | null, alarms: readonly AlarmCode[] = []): Move {
  const { promiseEndsAt } = s.record;
  // Whatever is waited for, the end of the promise does not pass unseen.
  const promised =
    mustBeErased(s) && until !== null && until > promiseEndsAt && instant(effectiveNow(s)) <= promiseEndsAt;
  return { move: 'wait', until: promised ? promiseEndsAt : until, alarms: [...alarms, ...lateness(s)] };
}

/** What takes longer than it should, by the careful clock. */
function lateness(s: Situation): AlarmCode[] {
  const { record } = s;
  const now = effectiveNow(s).getTime();
  const after = (since: string | undefined, ms: number) => since !== undefined && now > Date.parse(since) + ms;
  const alarms: AlarmCode[] = [];
  if (record.state === 'RECOVERABLE' && !record.hidden && after(record.terminatedAt, STORES_LATE_MS))
    alarms.push('hiding-late');
  if (record.state === 'RESTORING' && after(record.restoreBegunAt, STORES_LATE_MS)) alarms.push('restoring-late');
  if (mustBeErased(s) && after(record.promiseEndsAt, 0)) alarms.push('erasure-late');
  return alarms;
}

/** Nothing but time stands between the data and its erasure: no law, no hold. */
function mustBeErased({ record, request }: Situation): boolean {
  return record.state === 'RECOVERABLE' || (record.state === 'CEASED' && request?.status !== 'held');
}

/** A clock before the record's last change is wrong, or the one that wrote it was. */
export function unlessClockBehind(s: Situation): Move | undefined {
  if (Date.parse(s.record.updatedAt) <= s.now.getTime() + SKEW_MS) return undefined;
  return wait(s, s.record.dueAt, ['clock-behind']);
}
