import type { RequestRecord } from '../erasure/model';
import { dayInIndia } from '../retention/civil-date';
import { instant, plusMs } from '../shared/clock';
import { laterOf, startOfDayInIndia } from './dates';
import type { AlarmCode, TerminationRecord } from './model';
import { ASK_AGAIN_MS, effectiveNow, type Move, type Situation } from './situation';
import { wait } from './waiting';

const HOUR_MS = 3_600_000;
const HELD_LOOK_MS = 24 * HOUR_MS;
const MOST_BACKOFF_HOURS = 24;

/** The record follows the erasure request; one that failed is made again, ever more slowly. */
export function afterCeased(s: Situation): Move {
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
export function whileSealed(s: Situation): Move {
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

/** Proven when the last backup has lapsed. */
export function afterErased(s: Situation): Move {
  const { backupsLapseOn } = s.record;
  // Without the day nothing is proven: a person has to look.
  if (backupsLapseOn === undefined) return wait(s, null);
  const at = startOfDayInIndia(backupsLapseOn);
  return at <= instant(effectiveNow(s)) ? { move: 'prove' } : wait(s, at);
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
