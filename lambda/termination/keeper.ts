import { randomUUID } from 'node:crypto';
import { instant } from '../shared/clock';
import { METRIC } from '../shared/names';
import { countMissed, followed, requestErasure, rest, schedule, unschedule, update, withAlarms } from './actions';
import { nextMove } from './decide';
import { StaleTerminationError } from './errors';
import { noticeEvent, stateEvent } from './events';
import type { KeeperDeps } from './keeper-deps';
import type { TerminationRecord, Tick } from './model';
import { effectiveNow, latestNow, type Move, type Situation } from './situation';

const MAX_MOVES = 30;

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
