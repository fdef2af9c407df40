import type { Register } from '../../policies/schema';
import { type Certificate, signedCertificateSchema } from '../certificate/certificate';
import { compileRetention } from '../retention/resolve';
import { type Clock, instant, plusMs } from '../shared/clock';
import type { Store } from '../shared/inventory';
import { certificateOf } from './certify';
import { noCounts, totalOf } from './counts';
import { decide, isStalled, type Move, type Situation } from './decide';
import { ended } from './ending';
import { StaleRecordError, UnknownWorkError } from './errors';
import { partCount } from './lanes';
import { type Reason, type RequestRecord, type Status, type Step, TERMINAL } from './model';
import { factsOf } from './planner';
import type {
  CertificateLedger,
  LineKeeper,
  Outbox,
  PlanLedger,
  RequestLedger,
  StoredPlan,
  VerificationLedger,
  WorkLedger,
} from './ports';

/** Signs certificates; the recorder alone has one. */
export interface CertificateSigner {
  /** The key that will sign. */
  key(): Promise<Certificate['signedBy']>;
  /** The signed file as text. */
  sign(certificate: Certificate): Promise<string>;
}

export interface RecorderDeps {
  readonly requests: RequestLedger;
  readonly plans: Pick<PlanLedger, 'getPlan'>;
  readonly work: WorkLedger;
  readonly verifications: Pick<VerificationLedger, 'verifications'>;
  readonly line: LineKeeper;
  readonly certificates: CertificateLedger;
  readonly signer: CertificateSigner;
  readonly outbox: Outbox;
  readonly inventory: readonly Store[];
  readonly register: Register;
  readonly clock: Clock;
}

/** Longest delay SQS offers. */
const MAX_DELAY_SECONDS = 900;
const MAX_MOVES = 20;

/**
 * Moves a request on until it has to wait for somebody: the one place where its state changes
 * after the API has taken it. Safe to call at any time and any number of times.
 *
 * @param signal `revive`: the sweeper asks; `failure`: one of the request's messages failed for good
 * @throws UnknownWorkError when the request does not exist
 * @throws StaleRecordError when others kept changing it; the message should be delivered again
 */
export async function advance(
  requestId: string,
  deps: RecorderDeps,
  { revive = false, failure }: { revive?: boolean; failure?: Reason } = {},
): Promise<void> {
  for (let n = 1; ; n++) {
    const read = await situationOf(requestId, deps);
    const situation = { ...read, failure, revive: revive && n === 1 && isStalled(read) };
    const move = decide(situation);
    try {
      if (revive && move.move === 'wait' && !TERMINAL.includes(read.request.status)) await postpone(situation, deps);
      if (!(await carryOut(move, situation, deps))) return;
    } catch (error) {
      if (!(error instanceof StaleRecordError) || n >= MAX_MOVES) throw error;
    }
  }
}

async function situationOf(requestId: string, deps: RecorderDeps): Promise<Situation> {
  const request = await deps.requests.get(requestId);
  if (request === undefined) throw new UnknownWorkError(`request ${requestId}`);
  const [plan, line, steps, verifications] = await Promise.all([
    deps.plans.getPlan(requestId),
    deps.line.read(requestId),
    deps.work.steps(requestId),
    deps.verifications.verifications(requestId),
  ]);
  const { inventory, register } = deps;
  const now = deps.clock.now();
  const resolve = compileRetention(register);
  const decisions = inventory.map((store) => ({
    storeId: store.id,
    decision: resolve(factsOf(store, request, now)),
  }));
  const { erasure: rules } = register;
  return { request, plan, line, steps, verifications, inventory, decisions, now, revive: false, rules };
}

/** Messages go out before the state changes: if we are killed in between, they are only sent twice. */
async function carryOut(move: Move, s: Situation, deps: RecorderDeps): Promise<boolean> {
  const { requestId } = s.request;
  switch (move.move) {
    case 'wait':
      return false;
    case 'wait-until':
      await wakeAt(move.at, s, deps);
      return false;
    case 'make-plan':
      await deps.outbox.send({ type: 'plan', requestId });
      if (s.revive) await revived(s, deps);
      return false;
    case 'show-plan':
      await showPlan(s, deps);
      return true;
    case 'erase':
      await startRound(move, s, deps);
      return false;
    case 'verify':
      for (const store of deps.inventory)
        await deps.outbox.send({ type: 'verify', requestId, round: s.request.round, storeId: store.id });
      if (s.request.status === 'verifying') await revived(s, deps);
      else await moveTo(s, 'verifying', {}, deps);
      return false;
    case 'certify':
      await issueCertificate(move, s, deps);
      return false;
    case 'end':
      await endAs(s, move.status, move.reasons, deps);
      return false;
    default:
      return move satisfies never;
  }
}

/** A short wait is SQS's; a longer one the sweeper's, who looks when the request is due. */
async function wakeAt(at: string, s: Situation, deps: RecorderDeps): Promise<void> {
  const seconds = Math.max(1, Math.ceil((Date.parse(at) - s.now.getTime()) / 1000));
  if (seconds <= MAX_DELAY_SECONDS)
    await deps.outbox.send({ type: 'advance', requestId: s.request.requestId }, seconds);
}

async function showPlan(s: Situation, deps: RecorderDeps): Promise<void> {
  if (s.plan === undefined) throw new UnknownWorkError(`plan of ${s.request.requestId}`);
  const reasons = s.plan.plan.findings.map(({ code, message }) => ({ code, message }));
  // A dry run ends here, and with it the need for the subject id.
  const subjectId = s.request.dryRun ? undefined : s.request.subjectId;
  await moveTo(s, 'planned', { reasons, subjectId, ...planShown(s.plan) }, deps);
}

/** What the request takes over from its plan. */
function planShown({ plan, planHash }: StoredPlan): Pick<RequestRecord, 'planHash' | 'subjectHash'> {
  return { planHash, ...(plan.subject && { subjectHash: plan.subject }) };
}

async function startRound(move: Extract<Move, { move: 'erase' }>, s: Situation, deps: RecorderDeps): Promise<void> {
  const steps = newSteps(move, s, deps);
  await deps.work.createSteps(steps);
  for (const { requestId, round, storeId, part } of steps)
    await deps.outbox.send({ type: 'erase', requestId, round, storeId, part });
  if (s.request.status === 'executing' && s.request.round === move.round) await revived(s, deps);
  else await moveTo(s, 'executing', { round: move.round }, deps);
}

function newSteps(
  { round, storeIds }: { round: number; storeIds: readonly string[] },
  s: Situation,
  deps: RecorderDeps,
): Step[] {
  const { requestId } = s.request;
  const updatedAt = instant(s.now);
  return deps.inventory
    .filter((store) => storeIds.includes(store.id))
    .flatMap((store) => {
      const expected = expectedIn(store.id, s);
      return Array.from(
        { length: partCount(store, expected) },
        (_, part): Step => ({
          requestId,
          round,
          storeId: store.id,
          part,
          action: 'erase',
          expected,
          state: 'waiting',
          found: noCounts(),
          held: noCounts(),
          refused: noCounts(),
          updatedAt,
        }),
      );
    });
}

function expectedIn(storeId: string, s: Situation): number {
  const planned = s.plan?.plan.stores.find((x) => x.storeId === storeId);
  return planned === undefined ? 0 : totalOf(planned.counts);
}

async function issueCertificate(
  move: Extract<Move, { move: 'certify' }>,
  s: Situation,
  deps: RecorderDeps,
): Promise<void> {
  const { requestId } = s.request;
  const earlier = await deps.certificates.getCertificate(requestId);
  // Signed before a kill: what it states is how the request ends, whatever was read since.
  if (earlier !== undefined) {
    const { certificate } = signedCertificateSchema.parse(JSON.parse(earlier));
    await endAs(s, certificate.outcome, certificate.outcome === move.outcome ? move.reasons : [], deps);
    return;
  }
  const certificate = certificateOf(s, move.outcome, await deps.signer.key());
  await deps.certificates.putCertificate(requestId, await deps.signer.sign(certificate));
  await endAs(s, move.outcome, move.reasons, deps);
}

async function endAs(s: Situation, status: Status, reasons: Reason[], deps: RecorderDeps): Promise<void> {
  const request = ended(s.request, status, reasons, s.now);
  // A request can end on its plan before that was shown: then people want to read it all the same.
  const unshown = status === 'deferred' && request.planHash === undefined ? s.plan : undefined;
  await deps.requests.update({ ...request, ...(unshown && planShown(unshown)) }, s.request.version, null);
}

async function moveTo(s: Situation, status: Status, change: Partial<RequestRecord>, deps: RecorderDeps): Promise<void> {
  const { request, now } = s;
  const next = { ...request, ...change, status, revivals: 0, updatedAt: instant(now), version: request.version + 1 };
  await deps.requests.update(next, request.version, nextLook(next, s));
}

/** Counts a revival; `updatedAt` stays, since nothing has moved yet. */
async function revived(s: Situation, deps: RecorderDeps): Promise<void> {
  if (!s.revive) return;
  const next = { ...s.request, revivals: s.request.revivals + 1, version: s.request.version + 1 };
  await deps.requests.update(next, s.request.version, nextLook(next, s));
}

/** Work goes on: earlier revivals were worth it and are forgotten. */
async function postpone(s: Situation, deps: RecorderDeps): Promise<void> {
  const next = { ...s.request, revivals: 0, version: s.request.version + 1 };
  await deps.requests.update(next, s.request.version, nextLook(next, s));
}

/** When the sweeper should look at a request; never while it waits for a person. */
function nextLook(request: RequestRecord, s: Situation): Date | null {
  if (request.endedAt !== undefined) return null;
  if (request.status === 'planned' && (request.dryRun || request.scope === 'tenant')) return null;
  if (request.status === 'confirmed' && request.executeAfter !== undefined && request.executeAfter > instant(s.now))
    return new Date(request.executeAfter);
  return plusMs(s.now, s.rules.stalledAfterMinutes * 60_000);
}
