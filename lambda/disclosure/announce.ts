import type { Processor } from '../../policies/schema';
import { UnknownWorkError } from '../erasure/errors';
import type { RequestRecord } from '../erasure/model';
import type { LineKeeper, Outbox, PlanLedger, RequestLedger } from '../erasure/ports';
import type { Clock } from '../shared/clock';
import type { Meter } from '../shared/metrics-meter';
import { METRIC } from '../shared/names';
import type { EgressQueue, SubjectKeys } from '../transfer/ports';
import { NotBegunError } from './errors';
import type { Notice } from './model';
import { type NoticeRules, newNotice, nextLook } from './notice';
import type { NoticeLedger, RecipientReader } from './ports';

export interface AnnounceDeps {
  readonly requests: Pick<RequestLedger, 'get'>;
  readonly plans: Pick<PlanLedger, 'getPlan'>;
  /** Telling somebody to erase cannot be taken back: like a deletion, it crosses the line. */
  readonly line: Pick<LineKeeper, 'cross'>;
  readonly recipients: RecipientReader;
  readonly keys: Pick<SubjectKeys, 'reference'>;
  readonly notices: Pick<NoticeLedger, 'create' | 'markAnnounced' | 'announcement'>;
  readonly egress: EgressQueue;
  /** Wakes the recorder, which certifies nothing before this is done. */
  readonly outbox: Outbox;
  /** Processors of the stage, by id. */
  readonly processors: ReadonlyMap<string, Processor>;
  readonly rules: NoticeRules;
  /** Days for a processor that the register does not have any more: those of the erasure itself. */
  readonly defaultDeadlineDays: number;
  readonly meter: Meter<typeof METRIC.noticesByHand>;
  readonly clock: Clock;
}

/**
 * Makes a notice for each processor that has the data of an erasure which has begun, and has those told that can
 * be. Bears being called again at any time: what exists stays, and what was sent is only sent twice.
 *
 * @throws UnknownWorkError when request or plan do not exist
 * @throws NotBegunError when the erasure has not begun: the message should come again
 */
export async function announce(requestId: string, deps: AnnounceDeps): Promise<void> {
  const request = await deps.requests.get(requestId);
  if (request === undefined) throw new UnknownWorkError(`request ${requestId}`);
  if (await isUntold(request, deps)) await tell(request, deps);
  // Also where there was nothing to do: whoever asked may wait.
  await deps.outbox.send({ type: 'advance', requestId });
}

async function isUntold(request: RequestRecord, deps: AnnounceDeps): Promise<boolean> {
  const { requestId, status, scope, subjectId } = request;
  if (request.dryRun || status === 'cancelled' || status === 'refused') return false;
  if (status === 'accepted' || status === 'planned' || status === 'confirmed') throw new NotBegunError(requestId);
  // A request drops her id when it ends. Only one that failed can end untold, and that has to be made anew.
  if (scope === 'subject' && subjectId === undefined) return false;
  const { announcedAt } = await deps.notices.announcement(requestId);
  return announcedAt === null;
}

async function tell(request: RequestRecord, deps: AnnounceDeps): Promise<void> {
  const { requestId } = request;
  const recipients = await recipientsOf(request, deps);
  const now = deps.clock.now();
  // With nobody to tell it can still be taken back.
  if (recipients.length > 0 && (await deps.line.cross(requestId, now)).state !== 'crossed') return;
  const notices = await Promise.all(recipients.map((id) => noticeFor(id, request, now, deps)));
  const created = await deps.notices.create(notices, (notice) => nextLook(notice, now, deps.rules));
  for (const { route, processorId } of notices)
    if (route === 'api') await deps.egress.send({ type: 'notify', requestId, processorId });
  const people = notices.filter(({ route, processorId }) => route === 'manual' && created.includes(processorId));
  if (people.length > 0) deps.meter.count(METRIC.noticesByHand, people.length, requestId);
  await deps.notices.markAnnounced(requestId, now);
}

/** Those of the plan, and those that were allowed something since it was made. */
async function recipientsOf({ requestId, tenantId, subjectId }: RequestRecord, deps: AnnounceDeps): Promise<string[]> {
  const [stored, today] = await Promise.all([
    deps.plans.getPlan(requestId),
    deps.recipients.recipients(tenantId, subjectId),
  ]);
  if (stored === undefined) throw new UnknownWorkError(`plan of ${requestId}`);
  return [...new Set([...stored.plan.processors.map(({ processorId }) => processorId), ...today])].sort();
}

/** A processor that the register has no more is told by hand, never left out. */
async function noticeFor(processorId: string, request: RequestRecord, now: Date, deps: AnnounceDeps): Promise<Notice> {
  const { requestId, tenantId, subjectId, scope } = request;
  const erasure = deps.processors.get(processorId)?.erasure;
  const reference = await deps.keys.reference(tenantId, subjectId, processorId);
  const route = erasure?.route ?? 'manual';
  return newNotice(
    { requestId, tenantId, processorId, route, scope, reference },
    erasure?.deadlineDays ?? deps.defaultDeadlineDays,
    now,
  );
}
