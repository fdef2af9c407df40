import { TERMINAL } from '../erasure/model';
import type { Target } from '../erasure/ports';
import type { LegalHold } from '../holds/hold';
import { parseDayInIndia } from './civil-date';
import { TERMINATION } from './facts';
import type { Known, KnownRequest, KnownTermination } from './known';
import type { Answer, AnswerFacts, Question } from './question';

/** What had happened by the day in question, as far as it concerns the target. */
export interface Circumstances {
  readonly asOf: string;
  readonly facts: AnswerFacts;
  /** Holds that had been placed, whatever they cover. */
  readonly holds: readonly LegalHold[];
  readonly sealed: Answer['sealed'];
}

/** Sorts out what is known: nothing of a later day, of another person, or of a termination that was taken back. */
export function circumstancesOf(question: Question, target: Target, known: Known, asOf: string): Circumstances {
  const by = happenedBy(asOf);
  const termination = terminationBy(by, known.termination);
  const requests = known.requests.filter((request) => by(request.createdAt) && concerns(request, target));
  const open = requests.filter(({ dryRun, status }) => !dryRun && !TERMINAL.includes(status));
  const request = decisive(open, target);
  const { reason, reasonFrom } = reasonOf(question, target, request, termination);
  const asked = request !== undefined && request.reason === reason;
  const uses = [
    question.lastProcessedAt,
    request?.lastProcessedAt,
    termination?.lastProcessedAt,
    termination?.terminatedAt,
    request?.useCeasedAt,
  ];
  return {
    asOf,
    facts: {
      scope: target.scope,
      reason,
      reasonFrom,
      terminatedAt: termination?.terminatedAt ?? null,
      requestedAt: asked ? request.createdAt : null,
      lastProcessedAt: uses.find((use) => use !== undefined && by(use)) ?? null,
      termination: termination === undefined ? null : summaryOf(termination),
      requests: open.map(({ requestId, scope, status, reason: why, createdAt }) => ({
        requestId,
        scope,
        status,
        reason: why,
        createdAt,
      })),
    },
    holds: known.holds.filter(({ placedAt }) => by(placedAt)),
    sealed: requests.flatMap(({ requestId, sealed }) =>
      sealed.filter(({ state, since }) => state !== 'erased' && by(since)).map((entry) => ({ requestId, ...entry })),
    ),
  };
}

/** Whether something had happened by the day in question; by days in India, as the rules count. */
function happenedBy(asOf: string): (at: string) => boolean {
  const today = parseDayInIndia(asOf) ?? Number.NEGATIVE_INFINITY;
  return (at) => (parseDayInIndia(at) ?? Number.POSITIVE_INFINITY) <= today;
}

function terminationBy(
  by: (at: string) => boolean,
  termination: KnownTermination | undefined,
): KnownTermination | undefined {
  if (termination === undefined || !by(termination.terminatedAt)) return undefined;
  return termination.state === 'RESTORING' || termination.state === 'RESTORED' ? undefined : termination;
}

/** The erasure of a tenant concerns everyone in it, that of a person her and the tenant as a whole. */
function concerns({ scope, subjectId }: KnownRequest, target: Target): boolean {
  return target.scope === 'tenant' || scope === 'tenant' || subjectId === target.subjectId;
}

/** The request whose reason counts for all of the target: her own before her tenant's, the first before later ones. */
function decisive(open: readonly KnownRequest[], target: Target): KnownRequest | undefined {
  const first = (scope: KnownRequest['scope']) =>
    open
      .filter((request) => request.scope === scope)
      .sort((a, b) => (a.createdAt < b.createdAt ? -1 : 1))
      .at(0);
  return target.scope === 'subject' ? (first('subject') ?? first('tenant')) : first('tenant');
}

function reasonOf(
  { reason }: Question,
  { scope }: Target,
  request: KnownRequest | undefined,
  termination: KnownTermination | undefined,
): Pick<AnswerFacts, 'reason' | 'reasonFrom'> {
  if (reason !== undefined) return { reason: reason === 'none' ? null : reason, reasonFrom: 'question' };
  if (request !== undefined) return { reason: request.reason, reasonFrom: 'request' };
  if (termination !== undefined) return { reason: TERMINATION, reasonFrom: 'termination' };
  return { reason: `${scope}-request`, reasonFrom: 'supposed' };
}

function summaryOf({ terminationId, state, eraseAt, terminatedAt }: KnownTermination): AnswerFacts['termination'] {
  return { terminationId, state, eraseAt, terminatedAt };
}
