import { instant, plusMs } from '../shared/clock';
import { METRIC } from '../shared/names';
import { backupsLapseOn, laterOf } from './dates';
import { ScheduleFaultError } from './errors';
import type { KeeperDeps } from './keeper-deps';
import type { AlarmCode, TerminationRecord, Tick } from './model';
import { attemptKey, erasureRequestOf } from './request';
import { cancelSchedules, putSchedules } from './schedules';
import { ASK_AGAIN_MS, effectiveNow, type Move, type Situation } from './situation';

const DAY_MS = 86_400_000;
/** Longest delay SQS offers. */
const MAX_DELAY_SECONDS = 900;

/** Notes what is new, and sees to it that somebody comes back in time. */
export async function rest(
  { until, alarms }: Extract<Move, { move: 'wait' }>,
  s: Situation,
  tick: Tick,
  deps: KeeperDeps,
): Promise<void> {
  const { record, now } = s;
  const fresh = alarms.filter((code) => !record.alarms.includes(code));
  if (fresh.length > 0 || until !== record.dueAt)
    await update(s, { dueAt: until, alarms: withAlarms(record, alarms, deps) }, deps);
  if (until === null) return;
  // A schedule that came a moment early, by our clock, is not left to the sweeper.
  const seconds = Math.ceil((Date.parse(until) - now.getTime()) / 1000);
  if (seconds > 0 && seconds <= MAX_DELAY_SECONDS) await deps.outbox.tick({ ...tick, missed: undefined }, seconds);
}

/** Nothing is lost where schedules do not take: the sweeper finds what is due. */
export async function schedule(s: Situation, deps: KeeperDeps): Promise<void> {
  try {
    await putSchedules(s.record, deps.schedules);
    await update(s, { schedules: 'set' }, deps);
  } catch (error) {
    if (!(error instanceof ScheduleFaultError)) throw error;
    await update(s, { schedules: 'failed', alarms: withAlarms(s.record, ['schedules-failed'], deps) }, deps);
  }
}

/** A schedule that stays sends a tick that changes nothing, and removes itself. */
export async function unschedule(s: Situation, deps: KeeperDeps): Promise<void> {
  try {
    await cancelSchedules(s.record, deps.schedules);
  } catch (error) {
    if (!(error instanceof ScheduleFaultError)) throw error;
  }
}

export async function requestErasure(s: Situation, deps: KeeperDeps): Promise<void> {
  const { record, now } = s;
  const { erasure } = deps.register;
  const request = erasureRequestOf(record, effectiveNow(s), erasure);
  await deps.requests.create(
    request,
    {
      key: attemptKey(record),
      bodyHash: request.requestHash,
      expiresAt: plusMs(now, erasure.idempotencyDays * DAY_MS),
    },
    plusMs(now, erasure.stalledAfterMinutes * 60_000),
  );
  await deps.requestOutbox.send({ type: 'advance', requestId: request.requestId });
  await update(s, { dueAt: instant(plusMs(effectiveNow(s), ASK_AGAIN_MS)) }, deps);
}

export function followed(change: Partial<TerminationRecord>, deps: KeeperDeps): Partial<TerminationRecord> {
  if (change.erasedAt === undefined) return change;
  return { ...change, backupsLapseOn: backupsLapseOn(change.erasedAt, deps.backupDays) };
}

export async function update(s: Situation, change: Partial<TerminationRecord>, deps: KeeperDeps): Promise<void> {
  const { record } = s;
  const now = instant(effectiveNow(s));
  const next: TerminationRecord = {
    ...record,
    ...change,
    updatedAt: laterOf(now, record.updatedAt),
    version: record.version + 1,
  };
  await deps.terminations.update(next, record.version);
}

export function withAlarms(record: TerminationRecord, codes: readonly AlarmCode[], deps: KeeperDeps): AlarmCode[] {
  const fresh = codes.filter((code) => !record.alarms.includes(code));
  if (fresh.length > 0) deps.meter.count(METRIC.terminationAlarms, fresh.length);
  return [...record.alarms, ...new Set(fresh)];
}

export function countMissed(tick: Tick, deps: KeeperDeps): void {
  if (tick.missed === true) deps.meter.count(METRIC.terminationsMissed, 1);
}
