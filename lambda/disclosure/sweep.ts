import { StaleRecordError } from '../erasure/errors';
import type { Clock } from '../shared/clock';
import type { Meter } from '../shared/metrics-meter';
import { METRIC } from '../shared/names';
import type { EgressQueue } from '../transfer/ports';
import { isAnswered, type Notice } from './model';
import { escalated, isOverdue, type NoticeRules, nextLook } from './notice';
import type { NoticeLedger } from './ports';

export interface NoticeSweepDeps {
  readonly notices: Pick<NoticeLedger, 'due' | 'get' | 'update'>;
  readonly egress: EgressQueue;
  readonly rules: NoticeRules;
  readonly meter: Meter<typeof METRIC.noticesEscalated>;
  readonly clock: Clock;
}

/** Notices looked at in one sweep; the next one takes the rest. */
const MOST = 1000;

/**
 * Looks at every notice that is due: processors are told or asked again, and people hear, once, of one that is
 * silent so close to its day. Bears being called again at any time.
 *
 * @returns how many were due
 */
export async function sweepNotices(deps: NoticeSweepDeps): Promise<number> {
  const due = await deps.notices.due(deps.clock.now(), MOST);
  for (const { requestId, processorId } of due) {
    const notice = await deps.notices.get(requestId, processorId);
    if (notice === undefined || isAnswered(notice)) continue;
    await lookAt(notice, deps);
  }
  return due.length;
}

async function lookAt(notice: Notice, deps: NoticeSweepDeps): Promise<void> {
  // The message goes first: if we are killed in between, it is only sent twice.
  const { requestId, processorId } = notice;
  if (notice.state !== 'by-hand') await deps.egress.send({ type: 'notify', requestId, processorId });
  const now = deps.clock.now();
  if (!isOverdue(notice, now, deps.rules)) return;
  const next = escalated(notice, now);
  try {
    await deps.notices.update(next, notice.version, nextLook(next, now, deps.rules));
  } catch (error) {
    // Somebody has just heard from it; if that was no answer, the next sweep tells people.
    if (error instanceof StaleRecordError) return;
    throw error;
  }
  deps.meter.count(METRIC.noticesEscalated, 1, requestId);
}
