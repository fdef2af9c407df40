import type { CertifiedProcessor } from '../certificate/certificate';
import type { Notice } from '../disclosure/model';
import type { LegalHold } from '../holds/hold';
import type { Move, Situation } from './situation';

/**
 * Whether processors are to be told now. Asked with each round: what was told is not told again, and a legal hold
 * that is not about one class of data keeps what processors have as well.
 */
export function mayAnnounce(s: Situation): boolean {
  return s.announcement.announcedAt === null && holdsOnAll(s).length === 0;
}

/** Processors of the plan that a legal hold kept from being told, and that nothing keeps any more. */
export function isFreeToTell(s: Situation): boolean {
  return mayAnnounce(s) && s.request.heldBy.length > 0 && plannedProcessors(s).length > 0;
}

/** Legal holds that keep processors of the plan from being told: those without a class, on whom the request is about. */
export function holdsOnTelling(s: Situation): LegalHold[] {
  return s.announcement.announcedAt !== null || plannedProcessors(s).length === 0 ? [] : holdsOnAll(s);
}

function holdsOnAll({ request, holds }: Situation): LegalHold[] {
  return holds.filter(({ scope: { tenantId, subjectId, dataClass } }) => {
    if (tenantId !== request.tenantId || dataClass !== undefined) return false;
    return subjectId === undefined || request.scope === 'tenant' || subjectId === request.subjectId;
  });
}

/**
 * Whether there is a notice for everybody who has the data, answered or not: who has to hear of an erasure can be
 * said only while the request still knows whose it is. Where a legal hold stops it, it goes on later.
 */
export function mayCertify({ outcome }: Extract<Move, { move: 'certify' }>, s: Situation): boolean {
  return s.announcement.announcedAt !== null || (outcome === 'held' && holdsOnAll(s).length > 0);
}

/** What is known of every processor at this moment. */
export function certifiedProcessors(s: Situation): CertifiedProcessor[] {
  const { notices } = s.announcement;
  const untold = plannedProcessors(s).filter(
    ({ processorId }) => !notices.some((notice) => notice.processorId === processorId),
  );
  return [...notices.map(fromNotice), ...untold.map(({ processorId }) => heldBack(processorId))].sort((a, b) =>
    a.processorId < b.processorId ? -1 : 1,
  );
}

function fromNotice({ processorId, route, state, toldAt, answeredAt, deadline, evidence }: Notice): CertifiedProcessor {
  return { processorId, route, state, toldAt, answeredAt, deadline, evidenceSha256: evidence?.sha256 ?? null };
}

function heldBack(processorId: string): CertifiedProcessor {
  const never = { toldAt: null, answeredAt: null, deadline: null, evidenceSha256: null };
  return { processorId, route: null, state: 'held', ...never };
}

function plannedProcessors(s: Situation) {
  return s.plan?.plan.processors ?? [];
}
