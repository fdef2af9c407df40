import type { RequestRecord } from '../erasure/model';
import { instant, plusMs } from '../shared/clock';
import { dayInIndia, earlierOf, laterOf, startOfDayInIndia } from './dates';
import type { AlarmCode, Notice, TerminationRecord } from './model';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** How far the clock of whoever sent a tick is trusted beyond what it said. */
const TRUST_MS = 15 * MINUTE_MS;
/** How far two clocks may disagree before somebody should look. */
const SKEW_MS = 5 * MINUTE_MS;
/** After this time a message to a store counts as lost, and running work is looked at again. */
export const ASK_AGAIN_MS = HOUR_MS;
/** Hiding or revealing should take minutes; the largest tenants, some hours. */
const STORES_LATE_MS = 6 * HOUR_MS;
const HELD_LOOK_MS = 24 * HOUR_MS;
const MOST_BACKOFF_HOURS = 24;

/** Everything known of a termination when the next move is decided. */
export interface Situation {
  readonly record: TerminationRecord;
  /** The keeper's own clock. */
  readonly now: Date;
  /** The clock of whoever sent the tick. */
  readonly observedAt: Date;
  /** Erasure request of the present attempt; undefined where there is none (yet). */
  readonly request: RequestRecord | undefined;
  /** Stores that have not yet hidden or revealed the data, whichever the state asks of them. */
  readonly storesMissing: readonly string[];
}

export type Move =
  /** Nothing to do before `until`; null: never again. */
  | { readonly move: 'wait'; readonly until: string | null; readonly alarms: readonly AlarmCode[] }
  | { readonly move: 'announce' }
  | { readonly move: 'schedule' }
  | { readonly move: 'ask-stores'; readonly direction: 'hide' | 'reveal'; readonly storeIds: readonly string[] }
  | { readonly move: 'hidden' }
  | { readonly move: 'send-notice'; readonly notice: Notice; readonly late: boolean }
  /** No way back but by the line of the erasure request that follows. */
  | { readonly move: 'cease' }
  | { readonly move: 'request-erasure' }
  /** Take over what the erasure request has come to. */
  | { readonly move: 'follow'; readonly change: Partial<TerminationRecord> }
  | { readonly move: 'plan-retry'; readonly at: string; readonly alarm: AlarmCode }
  | { readonly move: 'retry' }
  | { readonly move: 'prove' }
  | { readonly move: 'finish-restore' };

/**
 * The time by which anything irreversible is decided: the earlier of the keeper's own clock and that of the
 * sender, trusted for a quarter of an hour more. One clock that is ahead brings no erasure forward.
 */
export function effectiveNow({ now, observedAt }: Pick<Situation, 'now' | 'observedAt'>): Date {
  return new Date(Math.min(now.getTime(), observedAt.getTime() + TRUST_MS));
}

/**
 * The time that is written on what was done: the later of the two clocks, so that a tick that lay in a queue
 * makes no warning look older than it is.
 */
export function latestNow({ now, observedAt }: Pick<Situation, 'now' | 'observedAt'>): Date {
  return new Date(Math.max(now.getTime(), observedAt.getTime()));
}

/**
 * When the erasure may begin: at `eraseAt`, but not before every warning went out and the last of them is as
 * old as it says. Undefined while a warning is unsent.
 */
export function erasesNotBefore({
  eraseAt,
  notices,
}: Pick<TerminationRecord, 'eraseAt' | 'notices'>): string | undefined {
  const last = notices.at(-1);
  if (last === undefined || notices.some((notice) => notice.sentAt === null)) return undefined;
  const warned = instant(new Date(Date.parse(last.sentAt ?? eraseAt) + last.hoursBefore * HOUR_MS));
  return laterOf(warned, eraseAt);
}

/** What happens next with a termination. Pure and total; every move may be made twice. */
export function nextMove(s: Situation): Move {
  const { record } = s;
  if (record.announced !== record.state) return { move: 'announce' };
  switch (record.state) {
    case 'RECOVERABLE':
      return whileRecoverable(s);
    case 'CEASED':
      return unlessClockBehind(s) ?? afterCeased(s);
    case 'VAULT':
      return unlessClockBehind(s) ?? whileSealed(s);
    case 'ERASED':
      return unlessClockBehind(s) ?? afterErased(s);
    case 'RESTORING':
      return whileRestoring(s);
    case 'PROVEN':
    case 'RESTORED':
      return wait(s, null);
    default:
      return record.state satisfies never;
  }
}

/** Hiding can be undone and is urgent, so it waits for no clock. */
function whileRecoverable(s: Situation): Move {
  const { record } = s;
  if (record.schedules === 'pending') return { move: 'schedule' };
  if (!record.hidden) {
    if (s.storesMissing.length === 0) return { move: 'hidden' };
    if (askAgain(s)) return { move: 'ask-stores', direction: 'hide', storeIds: s.storesMissing };
  }
  return unlessClockBehind(s) ?? warnOrCease(s);
}

function warnOrCease(s: Situation): Move {
  const { record } = s;
  const now = instant(effectiveNow(s));
  const due = record.notices.find((notice) => notice.sentAt === null && notice.dueAt <= now);
  if (due !== undefined) {
    const onTime = instant(plusMs(new Date(record.eraseAt), -due.hoursBefore * HOUR_MS));
    return { move: 'send-notice', notice: due, late: instant(latestNow(s)) > onTime };
  }
  const erasesAt = erasesNotBefore(record);
  if (erasesAt !== undefined && erasesAt <= now) return { move: 'cease' };
  const next = record.notices.find((notice) => notice.sentAt === null)?.dueAt ?? erasesAt ?? record.eraseAt;
  return wait(s, record.hidden ? next : earlierOf(next, againAt(s)));
}

function afterCeased(s: Situation): Move {
  const { request, record } = s;
  if (record.retryAt !== undefined)
    return record.retryAt <= instant(effectiveNow(s)) ? { move: 'retry' } : wait(s, record.retryAt);
  if (request === undefined) return { move: 'request-erasure' };
  switch (request.status) {
    case 'completed':
      return { move: 'follow', change: erased(s, request) };
    case 'deferred':
      return { move: 'follow', change: { state: 'VAULT', until: sealedUntil(s, request), reasons: request.reasons } };
    case 'held':
      return followOrWait(s, { reasons: request.reasons }, HELD_LOOK_MS);
    case 'failed':
      return tryAgain(s, 'erasure-failed');
    case 'cancelled':
      return tryAgain(s, 'erasure-cancelled');
    case 'refused':
      return tryAgain(s, 'erasure-refused');
    default:
      return wait(s, instant(plusMs(effectiveNow(s), ASK_AGAIN_MS)));
  }
}

/** What lies sealed belongs to its request alone: a new one could not find it, so no other attempt is made. */
function whileSealed(s: Situation): Move {
  const { request, record } = s;
  const look = instant(plusMs(effectiveNow(s), ASK_AGAIN_MS));
  if (request === undefined) return wait(s, look, ['vault-erasure-failed']);
  switch (request.status) {
    case 'completed':
      return { move: 'follow', change: erased(s, request) };
    case 'deferred': {
      const until = sealedUntil(s, request);
      if (until !== record.until) return { move: 'follow', change: { until, reasons: request.reasons } };
      const begins = instant(plusMs(new Date(startOfDayInIndia(until)), ASK_AGAIN_MS));
      return wait(s, laterOf(begins, look));
    }
    case 'held':
      return followOrWait(s, { reasons: request.reasons }, HELD_LOOK_MS);
    case 'failed':
    case 'cancelled':
    case 'refused':
      return wait(s, instant(plusMs(effectiveNow(s), HELD_LOOK_MS)), ['vault-erasure-failed']);
    default:
      return wait(s, look);
  }
}

function afterErased(s: Situation): Move {
  const { backupsLapseOn } = s.record;
  // Without the day nothing is proven: a person has to look.
  if (backupsLapseOn === undefined) return wait(s, null);
  const at = startOfDayInIndia(backupsLapseOn);
  return at <= instant(effectiveNow(s)) ? { move: 'prove' } : wait(s, at);
}

function whileRestoring(s: Situation): Move {
  if (s.storesMissing.length === 0) return { move: 'finish-restore' };
  if (askAgain(s)) return { move: 'ask-stores', direction: 'reveal', storeIds: s.storesMissing };
  return wait(s, againAt(s));
}

function erased(s: Situation, request: RequestRecord): Partial<TerminationRecord> {
  return { state: 'ERASED', erasedAt: request.endedAt ?? instant(effectiveNow(s)), reasons: [], until: undefined };
}

/** First day in India on which no law keeps any of it. */
function sealedUntil(s: Situation, { sealed }: RequestRecord): string {
  const days = sealed.filter(({ state }) => state !== 'erased').map(({ until }) => until);
  return days.sort().at(-1) ?? dayInIndia(instant(effectiveNow(s)));
}

function tryAgain(s: Situation, alarm: AlarmCode): Move {
  const hours = Math.min(MOST_BACKOFF_HOURS, 2 ** (s.record.attempt - 1));
  return { move: 'plan-retry', at: instant(plusMs(effectiveNow(s), hours * HOUR_MS)), alarm };
}

function followOrWait(s: Situation, change: Pick<TerminationRecord, 'reasons'>, lookMs: number): Move {
  if (JSON.stringify(change.reasons) !== JSON.stringify(s.record.reasons)) return { move: 'follow', change };
  return wait(s, instant(plusMs(effectiveNow(s), lookMs)));
}

/** A clock before the record's last change is wrong, or the one that wrote it was. */
function unlessClockBehind(s: Situation): Move | undefined {
  if (Date.parse(s.record.updatedAt) <= s.now.getTime() + SKEW_MS) return undefined;
  return wait(s, s.record.dueAt, ['clock-behind']);
}

function askAgain(s: Situation): boolean {
  return s.record.askedStoresAt === undefined || againAt(s) <= instant(effectiveNow(s));
}

function againAt(s: Situation): string {
  const { askedStoresAt } = s.record;
  return instant(plusMs(askedStoresAt === undefined ? effectiveNow(s) : new Date(askedStoresAt), ASK_AGAIN_MS));
}

function wait(s: Situation, until: string | null, alarms: readonly AlarmCode[] = []): Move {
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
