import { addCounts, noCounts, subtractCounts, sumCounts, totalOf } from './counts';
import { type Counts, type RequestRecord, type Step, TERMINAL, type Verification } from './model';
import type { Line, StoredPlan } from './ports';
import { movedFrom, takenFrom } from './taken';
import type { RequestView, StoreProgress } from './view';

/** A request with its progress, store by store, as the API shows it. */
export function viewOf(
  request: RequestRecord,
  plan: StoredPlan | undefined,
  steps: readonly Step[],
  verifications: readonly Verification[],
  line: Line,
): RequestView {
  const stores = (plan?.plan.stores ?? []).map(({ storeId, kind, counts }) =>
    storeProgress(
      { storeId, kind, planned: counts },
      {
        failed: request.status === 'failed' && request.reasons.some((reason) => reason.storeId === storeId),
        isSealed: request.sealed.some((entry) => entry.storeId === storeId && entry.state !== 'erased'),
      },
      steps.filter((step) => step.storeId === storeId),
      verifications.filter((v) => v.storeId === storeId && v.round === request.round).at(-1),
    ),
  );
  const summary = summaryOf(request);
  const firstDeletionAt = line.state === 'crossed' ? line.at : null;
  const links = firstDeletionAt === null ? summary.links : { ...summary.links, cancel: null };
  return { ...summary, deadlines: { ...summary.deadlines, firstDeletionAt }, links, stores };
}

/** A request without its progress. */
export function summaryOf(request: RequestRecord): Omit<RequestView, 'stores'> {
  const self = `/v1/erasure-requests/${request.requestId}`;
  const ended = TERMINAL.includes(request.status);
  const confirmable =
    request.status === 'planned' && request.scope === 'tenant' && !request.dryRun && request.termination === undefined;
  return {
    requestId: request.requestId,
    status: request.status,
    scope: request.scope,
    tenantId: request.tenantId,
    subjectHash: request.subjectHash?.value ?? null,
    reason: request.reason,
    dryRun: request.dryRun,
    requestHash: request.requestHash,
    planHash: request.planHash ?? null,
    reasons: request.reasons,
    round: request.round,
    sealed: request.sealed,
    deferredUntil: firstDay(request),
    heldBy: request.heldBy,
    terminationId: request.termination?.terminationId ?? null,
    deadlines: {
      completeBy: request.completeBy,
      executeAfter: request.executeAfter ?? null,
      firstDeletionAt: null,
      endedAt: request.endedAt ?? null,
    },
    createdAt: request.createdAt,
    updatedAt: request.updatedAt,
    links: {
      self,
      plan: request.planHash === undefined ? null : `${self}/plan`,
      confirm: confirmable ? `${self}/confirm` : null,
      cancel: ended ? null : `${self}/cancel`,
      certificate: request.certificates > 0 ? `${self}/certificate` : null,
    },
  };
}

function firstDay({ sealed }: RequestRecord): string | null {
  const days = sealed.filter((entry) => entry.state === 'sealed').map((entry) => entry.until);
  return days.sort().at(0) ?? null;
}

function storeProgress(
  base: Pick<StoreProgress, 'storeId' | 'kind' | 'planned'>,
  { failed, isSealed }: { failed: boolean; isSealed: boolean },
  steps: readonly Step[],
  verification: Verification | undefined,
): StoreProgress {
  const found = sumCounts(steps.map((step) => step.found));
  const taken = takenFrom(base.storeId, steps);
  const sealed = isSealed ? movedFrom(base.storeId, steps) : noCounts();
  const erased = subtractCounts(taken, sealed);
  const held = verification?.held ?? lastRound(steps, (step) => step.held);
  return {
    ...base,
    state: failed ? 'failed' : stateOf(steps, verification, { erased, sealed }),
    found,
    erased,
    sealed,
    held,
    left: verification?.left ?? null,
  };
}

function lastRound(steps: readonly Step[], pick: (step: Step) => Counts): Counts {
  const round = Math.max(0, ...steps.map((step) => step.round));
  return steps
    .filter((step) => step.round === round)
    .map(pick)
    .reduce(addCounts, noCounts());
}

function stateOf(
  steps: readonly Step[],
  verification: Verification | undefined,
  { erased, sealed }: { erased: Counts; sealed: Counts },
): StoreProgress['state'] {
  if (steps.length === 0 && verification === undefined) return 'planned';
  if (verification === undefined || totalOf(verification.left) > 0) return 'erasing';
  if (totalOf(verification.held) > 0) return 'held';
  if (totalOf(sealed) > 0) return 'sealed';
  return totalOf(erased) > 0 ? 'erased' : 'none-found';
}
