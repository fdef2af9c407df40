import type { Processor } from '../../policies/schema';
import { authorise, type Caller, canSeeTenant } from '../access/caller';
import { untilFresh } from '../erasure/ending';
import type { RequestRecord } from '../erasure/model';
import type { PlanLedger, RequestLedger } from '../erasure/ports';
import type { Clock } from '../shared/clock';
import { conflict, notFound } from '../shared/problem';
import type { Notice } from './model';
import { evidenced, isLate } from './notice';
import type { EvidenceBody, NoticeList, NoticeView } from './notice-views';
import type { NoticeLedger } from './ports';

export interface NoticeServiceDeps {
  readonly requests: Pick<RequestLedger, 'get'>;
  readonly plans: Pick<PlanLedger, 'getPlan'>;
  readonly notices: Pick<NoticeLedger, 'announcement' | 'get' | 'update'>;
  /** Processors of the stage, by id. */
  readonly processors: ReadonlyMap<string, Processor>;
  readonly clock: Clock;
}

/** Which processors were told of an erasure, and what each has said. @throws ProblemError 403, 404 */
export async function noticesOf(caller: Caller, requestId: string, deps: NoticeServiceDeps): Promise<NoticeList> {
  authorise(caller, 'erasure:read');
  await requestFor(caller, requestId, deps);
  const [plan, { announcedAt, notices }] = await Promise.all([
    deps.plans.getPlan(requestId),
    deps.notices.announcement(requestId),
  ]);
  const planned = plan?.plan.processors ?? [];
  return {
    requestId,
    announcedAt,
    untold: planned
      .map(({ processorId }) => processorId)
      .filter((id) => !notices.some(({ processorId }) => processorId === id)),
    items: notices.map((notice) => viewOf(notice, deps)),
  };
}

/**
 * Keeps the hash of what shows that a processor erased. The same evidence again changes nothing. It is taken of a
 * processor that is told by hand, and of any other that has not said itself that it erased.
 *
 * @throws ProblemError 403, 404; 409 where the processor has answered, or there is other evidence
 */
export async function showEvidence(
  caller: Caller,
  { requestId, processorId }: Pick<Notice, 'requestId' | 'processorId'>,
  body: EvidenceBody,
  deps: NoticeServiceDeps,
): Promise<NoticeView> {
  authorise(caller, 'disclosure:evidence');
  await requestFor(caller, requestId, deps);
  return untilFresh(async () => {
    const notice = await deps.notices.get(requestId, processorId);
    if (notice === undefined) throw notFound('This erasure has no such processor. Read the list of its processors.');
    if (notice.state === 'acknowledged')
      throw conflict('The processor has said itself that it erased. No evidence is needed.', {
        answeredAt: notice.answeredAt,
      });
    if (notice.evidence !== null) {
      if (notice.evidence.sha256 === body.sha256 && notice.evidence.by === body.by) return viewOf(notice, deps);
      throw conflict('There is other evidence already, and the first stands.', { evidence: notice.evidence });
    }
    const next = evidenced(notice, body, deps.clock.now());
    await deps.notices.update(next, notice.version, null);
    return viewOf(next, deps);
  });
}

async function requestFor(caller: Caller, requestId: string, deps: NoticeServiceDeps): Promise<RequestRecord> {
  const request = await deps.requests.get(requestId);
  if (request === undefined || !canSeeTenant(caller, request.tenantId)) throw notFound();
  return request;
}

function viewOf({ version: _, ...notice }: Notice, { processors, clock }: NoticeServiceDeps): NoticeView {
  const processor = processors.get(notice.processorId);
  return {
    ...notice,
    name: processor?.name ?? null,
    how: processor?.erasure.route === 'manual' ? processor.erasure.how : null,
    late: isLate(notice, clock.now()),
  };
}
