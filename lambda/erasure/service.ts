import { randomUUID } from 'node:crypto';
import type { Register } from '../../policies/schema';
import { authorise, type Caller, canSeeTenant } from '../access/caller';
import { instructionTimeRefusal, lastUseRefusal, reasonRefusal, tenantInstructionRefusal } from '../access/instruction';
import { hashOf, sha256Hex } from '../shared/canonical';
import { type Clock, instant, plusMs } from '../shared/clock';
import { conflict, idempotencyConflict, notFound, notReady } from '../shared/problem';
import { CANCELLED } from './decide';
import { ended, untilFresh } from './ending';
import type { CancelBody, ConfirmBody, CreateBody, Plan, RequestRecord, Status } from './model';
import { TERMINAL } from './model';
import type {
  CertificateLedger,
  CertificateProofs,
  Line,
  LineKeeper,
  Outbox,
  PlanLedger,
  RequestLedger,
  VerificationLedger,
  WorkLedger,
} from './ports';
import { summaryOf, viewOf } from './progress';
import type { RequestList, RequestView } from './view';

export interface ServiceDeps {
  readonly requests: RequestLedger;
  readonly plans: Pick<PlanLedger, 'getPlan'>;
  readonly work: Pick<WorkLedger, 'steps'>;
  readonly verifications: Pick<VerificationLedger, 'verifications'>;
  readonly line: LineKeeper;
  readonly certificates: Pick<CertificateLedger, 'getCertificate'>;
  readonly proofs: CertificateProofs;
  readonly outbox: Outbox;
  readonly rules: Register['erasure'];
  /** Milliseconds between confirmation and the first deletion of a tenant erasure. */
  readonly coolingOffMs: number;
  readonly clock: Clock;
}

const DAY_MS = 86_400_000;

/**
 * Takes an erasure request. The same key with the same body answers with the request that the
 * first call made, however often and however much at once it is sent.
 *
 * @throws ProblemError 403, 409 (key used for another body), 422
 */
export async function createRequest(
  caller: Caller,
  idempotencyKey: string,
  body: CreateBody,
  deps: ServiceDeps,
): Promise<RequestView> {
  authorise(caller, 'erasure:request', body.tenantId);
  const now = deps.clock.now();
  // The whole body's hash stands only in the idempotency record, which goes: from all other fields and
  // a plain hash, a subject id could be found by trying.
  const bodyHash = hashOf(body);
  const { subjectId: _, ...withoutSubject } = body;
  const requestId = `er-${randomUUID()}`;
  const request: RequestRecord = {
    requestId,
    clientName: caller.clientName,
    tenantId: body.tenantId,
    scope: body.scope,
    ...(body.subjectId !== undefined && { subjectId: body.subjectId }),
    reason: body.reason,
    instruction: body.instruction,
    dryRun: body.dryRun ?? false,
    ...(body.lastProcessedAt !== undefined && { lastProcessedAt: instant(new Date(body.lastProcessedAt)) }),
    requestHash: hashOf(withoutSubject),
    status: 'accepted',
    reasons: [],
    createdAt: instant(now),
    updatedAt: instant(now),
    completeBy: instant(plusMs(now, deps.rules.completeWithinDays.days * DAY_MS)),
    round: 0,
    firstRound: 0,
    sealed: [],
    heldBy: [],
    certificates: 0,
    revivals: 0,
    version: 1,
  };
  // Checked only for a new request: a repeated one was acceptable when it was first sent.
  const key = sha256Hex(`${caller.clientName}\n${idempotencyKey}`);
  const refusal = refusalOf(body, now, deps.rules);
  const result = refusal
    ? await earlier(key, deps)
    : await deps.requests.create(
        request,
        { key, bodyHash, expiresAt: plusMs(now, deps.rules.idempotencyDays * DAY_MS) },
        plusMs(now, deps.rules.stalledAfterMinutes * 60_000),
      );
  if (result === undefined) throw refusal;
  if (result.outcome === 'existing' && result.bodyHash !== bodyHash) throw idempotencyConflict();
  const taken = result.outcome === 'created' ? request : await deps.requests.get(result.requestId);
  if (taken === undefined) throw notFound();
  // Sent again for a repeated call: the first may have died before it could send.
  if (taken.status === 'accepted') await deps.outbox.send({ type: 'advance', requestId: taken.requestId });
  return view(taken, deps);
}

async function earlier(key: string, deps: ServiceDeps) {
  const existing = await deps.requests.findByKey(key);
  return existing === undefined ? undefined : { outcome: 'existing' as const, ...existing };
}

/** What speaks against a request that is well-formed, or nothing. */
function refusalOf(body: CreateBody, now: Date, rules: Register['erasure']): Error | undefined {
  return (
    reasonRefusal(body.reason, rules) ??
    instructionTimeRefusal(body.instruction, now, rules) ??
    lastUseRefusal(body.lastProcessedAt, now) ??
    (body.scope === 'tenant'
      ? tenantInstructionRefusal('The erasure of a whole tenant', body.instruction, rules)
      : undefined)
  );
}

/** @throws ProblemError 403, 404 */
export async function getRequest(caller: Caller, requestId: string, deps: ServiceDeps): Promise<RequestView> {
  return view(await readable(caller, requestId, deps), deps);
}

/** @throws ProblemError 403, 404, 409 while the plan is being made */
export async function getPlan(
  caller: Caller,
  requestId: string,
  deps: ServiceDeps,
): Promise<{ plan: Plan; planHash: string }> {
  const request = await readable(caller, requestId, deps);
  const stored = await deps.plans.getPlan(requestId);
  if (stored === undefined)
    throw notReady('The plan is not made yet. Read the request and ask again when its status is "planned".', {
      requestStatus: request.status,
    });
  return stored;
}

/** A certificate as it is handed out. */
export interface HandedOut {
  readonly file: string;
  /** Whether the file carries the proof that the ledger has it. */
  readonly ledger: 'included' | 'pending';
}

/**
 * The last certificate: what was signed, byte for byte, and the proof of its place in the ledger once there is one.
 *
 * @throws ProblemError 403, 404, 409 when there is none (yet)
 */
export async function getCertificate(caller: Caller, requestId: string, deps: ServiceDeps): Promise<HandedOut> {
  const request = await readable(caller, requestId, deps);
  const { certificates } = request;
  const file = certificates > 0 ? await deps.certificates.getCertificate(requestId, certificates) : undefined;
  if (file === undefined)
    throw notReady('A certificate exists once a request is "completed", "deferred" or "held".', {
      requestStatus: request.status,
    });
  const proved = await deps.proofs.withProof(file);
  return proved === undefined ? { file, ledger: 'pending' } : { file: proved, ledger: 'included' };
}

/**
 * Confirms the plan of a tenant erasure; the cooling-off period begins. Repeating it is harmless.
 *
 * @throws ProblemError 403, 404, 409 with what stands in the way
 */
export async function confirmRequest(
  caller: Caller,
  requestId: string,
  body: ConfirmBody,
  deps: ServiceDeps,
): Promise<RequestView> {
  authorise(caller, 'erasure:confirm');
  return untilFresh(async () => confirmPlan(await visible(caller, requestId, deps), body, deps));
}

async function confirmPlan(request: RequestRecord, body: ConfirmBody, deps: ServiceDeps): Promise<RequestView> {
  if (request.confirmedAt !== undefined && request.planHash === body.planHash && request.status !== 'cancelled')
    return view(request, deps);
  if (request.dryRun) throw conflict('A dry run ends with its plan. Send a request without dryRun to erase.');
  if (request.scope === 'subject' || request.termination !== undefined)
    throw conflict('Only the erasure of a whole tenant that someone asked for is confirmed; this one runs by itself.');
  if (request.status === 'accepted')
    throw notReady('The plan is not made yet. Read the request and confirm what its plan shows.');
  if (request.status !== 'planned') throw conflict(`The request is ${request.status}. There is nothing to confirm.`);
  if (request.planHash !== body.planHash)
    throw conflict('This is not the hash of the plan. Read the plan again and confirm the hash that comes with it.');
  const now = deps.clock.now();
  if (Date.parse(request.instruction.at) < now.getTime() - deps.rules.instructionMaxAgeDays * DAY_MS)
    throw conflict(
      `The instruction is older than ${deps.rules.instructionMaxAgeDays} days. Cancel this request and send a new one.`,
    );
  const executeAfter = plusMs(now, deps.coolingOffMs);
  const next: RequestRecord = {
    ...request,
    status: 'confirmed',
    confirmedAt: instant(now),
    confirmedBy: body.by,
    executeAfter: instant(executeAfter),
    updatedAt: instant(now),
    version: request.version + 1,
  };
  const dueAt = plusMs(executeAfter, deps.rules.stalledAfterMinutes * 60_000);
  await deps.requests.update(next, request.version, deps.coolingOffMs > 0 ? executeAfter : dueAt);
  await deps.outbox.send({ type: 'advance', requestId: request.requestId });
  return view(next, deps);
}

/**
 * Cancels a request until its first deletion. Repeating it is harmless.
 *
 * @throws ProblemError 403, 404, 409 with the time of the first deletion or of the end
 */
export async function cancelRequest(
  caller: Caller,
  requestId: string,
  body: CancelBody,
  deps: ServiceDeps,
): Promise<RequestView> {
  authorise(caller, 'erasure:cancel');
  return untilFresh(async () => cancelNow(await visible(caller, requestId, deps), body, deps));
}

/** The line decides who was first; the record only says so. */
async function cancelNow(request: RequestRecord, body: CancelBody, deps: ServiceDeps): Promise<RequestView> {
  const { requestId } = request;
  if (request.status === 'cancelled') return view(request, deps);
  if (TERMINAL.includes(request.status)) throw tooLate(request, await deps.line.read(requestId));
  const now = deps.clock.now();
  const line = await deps.line.cancel(requestId, body.by, now);
  if (line.state !== 'cancelled') throw tooLate(request, line);
  const next = ended(request, 'cancelled', [CANCELLED], now);
  await deps.requests.update(next, request.version, null);
  return view(next, deps);
}

function tooLate(request: RequestRecord, line: Line) {
  const at = line.state === 'crossed' ? line.at : null;
  const detail = TERMINAL.includes(request.status)
    ? `The request has ended as ${request.status}. There is nothing left to cancel.`
    : `The first deletion was at ${at}. What is erased cannot be brought back; the request runs to its end.`;
  return conflict(detail, { firstDeletionAt: at, endedAt: request.endedAt ?? null });
}

/** @throws ProblemError 403 */
export async function listRequests(
  caller: Caller,
  query: { tenantId: string; status?: Status; limit: number; cursor?: string },
  deps: ServiceDeps,
): Promise<RequestList> {
  authorise(caller, 'erasure:read', query.tenantId);
  const page = await deps.requests.list(query.tenantId, query.status, query.limit, query.cursor);
  return { items: page.items.map(summaryOf), nextCursor: page.nextCursor };
}

async function readable(caller: Caller, requestId: string, deps: ServiceDeps): Promise<RequestRecord> {
  authorise(caller, 'erasure:read');
  return visible(caller, requestId, deps);
}

/** A request of a tenant that the caller may not see is answered like one that does not exist. */
async function visible(caller: Caller, requestId: string, deps: ServiceDeps): Promise<RequestRecord> {
  const request = await deps.requests.get(requestId);
  if (request === undefined || !canSeeTenant(caller, request.tenantId)) throw notFound();
  return request;
}

async function view(request: RequestRecord, deps: ServiceDeps): Promise<RequestView> {
  const { requestId } = request;
  const [plan, steps, verifications, line] = await Promise.all([
    deps.plans.getPlan(requestId),
    deps.work.steps(requestId),
    deps.verifications.verifications(requestId),
    deps.line.read(requestId),
  ]);
  return viewOf(request, plan, steps, verifications, line);
}
