import { randomUUID } from 'node:crypto';
import type { Register } from '../../policies/schema';
import type { Outbox, RequestLedger } from '../erasure/ports';
import { type Clock, instant, plusMs } from '../shared/clock';
import { METRIC } from '../shared/names';
import { backupsLapseOn, laterOf } from './dates';
import { ASK_AGAIN_MS, effectiveNow, latestNow, type Move, nextMove, type Situation } from './decide';
import { ScheduleFaultError, StaleTerminationError } from './errors';
import { noticeEvent, stateEvent } from './events';
import type { AlarmCode, TerminationRecord, Tick } from './model';
import type { EventBus, Meter, Schedules, StoresDone, TerminationLedger, TerminationOutbox } from './ports';
import { attemptKey, erasureRequestOf } from './request';
import { cancelSchedules, putSchedules } from './schedules';

export interface KeeperDeps {
  readonly terminations: Pick<TerminationLedger, 'get' | 'update'>;
  readonly requests: Pick<RequestLedger, 'get' | 'create'>;
  readonly requestOutbox: Outbox;
  readonly outbox: TerminationOutbox;
  readonly stores: StoresDone;
  /** Stores that hide and reveal, by the inventory. */
  readonly storeIds: readonly string[];
  readonly schedules: Schedules;
  readonly events: EventBus;
  readonly meter: Meter;
  readonly register: Pick<Register, 'retention' | 'erasure'>;
  /** Days until the last backup of what was erased is gone. */
  readonly backupDays: number;
  readonly clock: Clock;
}

const MAX_MOVES = 30;
const DAY_MS = 86_400_000;
/** Longest delay SQS offers. */
const MAX_DELAY_SECONDS = 900;

/**
 * Moves a termination on until it has to wait: the one place where its state changes, but for the API's two
 * calls. Safe to call at any time and any number of times; a tick of an earlier termination does nothing.
 *
 * @throws StaleTerminationError when others kept changing it, and what the ports throw: deliver the tick again
 */
export async function advance(tick: Tick, deps: KeeperDeps): Promise<void> {
  for (let n = 1; ; n++) {
    const situation = await situationOf(tick, deps);
    if (situation === undefined) return;
    try {
      if (!(await carryOut(nextMove(situation), situation, tick, deps))) return;
    } catch (error) {
      if (!(error instanceof StaleTerminationError)) throw error;
      if (n >= MAX_MOVES) throw error;
    }
    if (n >= MAX_MOVES) throw new Error(`termination ${tick.terminationId} does not come to rest`);
  }
}

async function situationOf(tick: Tick, deps: KeeperDeps): Promise<Situation | undefined> {
  const record = await deps.terminations.get(tick.tenantId);
  if (record === undefined || record.terminationId !== tick.terminationId) return undefined;
  const request = record.requestId === undefined ? undefined : await deps.requests.get(record.requestId);
  return {
    record,
    request,
    storesMissing: await missingStores(record, deps),
    now: deps.clock.now(),
    observedAt: new Date(tick.observedAt),
  };
}

async function missingStores(record: TerminationRecord, deps: KeeperDeps): Promise<readonly string[]> {
  const { tenantId, terminationId, state, hidden } = record;
  const direction = state === 'RESTORING' ? 'reveal' : state === 'RECOVERABLE' && !hidden ? 'hide' : undefined;
  if (direction === undefined) return [];
  const done = await deps.stores.done(tenantId, terminationId, direction);
  return deps.storeIds.filter((id) => !done.includes(id));
}

/**
 * Messages go out before the state changes: if we are killed in between, they are only sent twice. The one
 * exception is the erasure request: its id stands in the record first, so that a restore can cancel it.
 *
 * @returns whether there may be more to do at once
 */
async function carryOut(move: Move, s: Situation, tick: Tick, deps: KeeperDeps): Promise<boolean> {
  const { record } = s;
  const { tenantId, terminationId } = record;
  const now = effectiveNow(s);
  const write = (change: Partial<TerminationRecord>) => update(s, change, deps);
  switch (move.move) {
    case 'wait':
      await rest(move, s, tick, deps);
      return false;
    case 'announce':
      await deps.events.state(stateEvent(record));
      await write({ announced: record.state });
      return true;
    case 'schedule':
      await schedule(s, deps);
      return true;
    case 'ask-stores':
      if (move.direction === 'reveal' && record.schedules !== 'cancelled') await unschedule(s, deps);
      for (const storeId of move.storeIds)
        await deps.outbox.ask({ type: move.direction, tenantId, terminationId, storeId });
      await write({
        askedStoresAt: instant(now),
        ...(move.direction === 'reveal' && { schedules: 'cancelled' as const }),
      });
      return true;
    case 'hidden':
      await write({ hidden: true });
      return true;
    case 'send-notice':
      countMissed(tick, deps);
      if (move.late) deps.meter.count(METRIC.noticesLate, 1);
      await deps.events.notice(noticeEvent(record, move.notice, latestNow(s), deps.register.retention));
      await write({
        notices: record.notices.map((each) =>
          each.id === move.notice.id ? { ...each, sentAt: instant(latestNow(s)) } : each,
        ),
        ...(move.late && { alarms: withAlarms(record, ['notice-late'], deps) }),
      });
      return true;
    case 'cease':
      countMissed(tick, deps);
      await write({ state: 'CEASED', attempt: 1, requestId: `er-${randomUUID()}` });
      return true;
    case 'request-erasure':
      await requestErasure(s, deps);
      return false;
    case 'follow':
      await write(followed(move.change, deps));
      return true;
    case 'plan-retry':
      await write({
        retryAt: move.at,
        dueAt: move.at,
        reasons: s.request?.reasons ?? [],
        alarms: withAlarms(record, [move.alarm], deps),
      });
      return true;
    case 'retry':
      await write({
        attempt: record.attempt + 1,
        pastRequestIds:
          record.requestId === undefined ? record.pastRequestIds : [...record.pastRequestIds, record.requestId],
        requestId: `er-${randomUUID()}`,
        retryAt: undefined,
      });
      return true;
    case 'prove':
      await write({ state: 'PROVEN', provenAt: instant(now) });
      return true;
    case 'finish-restore':
      await write({ state: 'RESTORED', restoredAt: instant(now) });
      return true;
    default:
      return move satisfies never;
  }
}

/** Notes what is new, and sees to it that somebody comes back in time. */
async function rest(
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
async function schedule(s: Situation, deps: KeeperDeps): Promise<void> {
  try {
    await putSchedules(s.record, deps.schedules);
    await update(s, { schedules: 'set' }, deps);
  } catch (error) {
    if (!(error instanceof ScheduleFaultError)) throw error;
    await update(s, { schedules: 'failed', alarms: withAlarms(s.record, ['schedules-failed'], deps) }, deps);
  }
}

/** A schedule that stays sends a tick that changes nothing, and removes itself. */
async function unschedule(s: Situation, deps: KeeperDeps): Promise<void> {
  try {
    await cancelSchedules(s.record, deps.schedules);
  } catch (error) {
    if (!(error instanceof ScheduleFaultError)) throw error;
  }
}

async function requestErasure(s: Situation, deps: KeeperDeps): Promise<void> {
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

function followed(change: Partial<TerminationRecord>, deps: KeeperDeps): Partial<TerminationRecord> {
  if (change.erasedAt === undefined) return change;
  return { ...change, backupsLapseOn: backupsLapseOn(change.erasedAt, deps.backupDays) };
}

async function update(s: Situation, change: Partial<TerminationRecord>, deps: KeeperDeps): Promise<void> {
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

function withAlarms(record: TerminationRecord, codes: readonly AlarmCode[], deps: KeeperDeps): AlarmCode[] {
  const fresh = codes.filter((code) => !record.alarms.includes(code));
  if (fresh.length > 0) deps.meter.count(METRIC.terminationAlarms, fresh.length);
  return [...record.alarms, ...new Set(fresh)];
}

function countMissed(tick: Tick, deps: KeeperDeps): void {
  if (tick.missed === true) deps.meter.count(METRIC.terminationsMissed, 1);
}
