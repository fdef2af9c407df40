import { instant, plusMs } from '../shared/clock';
import { earlierOf, laterOf } from './dates';
import { afterCeased, afterErased, whileSealed } from './following';
import type { TerminationRecord } from './model';
import { ASK_AGAIN_MS, effectiveNow, latestNow, type Move, type Situation } from './situation';
import { unlessClockBehind, wait } from './waiting';

const HOUR_MS = 3_600_000;

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

function whileRestoring(s: Situation): Move {
  if (s.storesMissing.length === 0) return { move: 'finish-restore' };
  if (askAgain(s)) return { move: 'ask-stores', direction: 'reveal', storeIds: s.storesMissing };
  return wait(s, againAt(s));
}

function askAgain(s: Situation): boolean {
  return s.record.askedStoresAt === undefined || againAt(s) <= instant(effectiveNow(s));
}

function againAt(s: Situation): string {
  const { askedStoresAt } = s.record;
  return instant(plusMs(askedStoresAt === undefined ? effectiveNow(s) : new Date(askedStoresAt), ASK_AGAIN_MS));
}
