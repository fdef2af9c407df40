import { compileRetention } from '../retention/resolve';
import { endAs, issueCertificate } from './conclude';
import { decide, isStalled } from './decide';
import { StaleRecordError, UnknownWorkError } from './errors';
import { decideStore, factsOf } from './facts';
import { type Reason, type RequestRecord, type Step, TERMINAL } from './model';
import { noteOverdue } from './overdue';
import type { StoredPlan } from './ports';
import type { RecorderDeps } from './recorder-deps';
import { askToVerify, startRound } from './rounds';
import { counting } from './signals';
import { type Move, type Situation, type StoreDecision, WAIT } from './situation';
import { moveTo, planShown, postpone, revived } from './transitions';

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
    const first = revive && n === 1;
    try {
      const noted = await noteOverdue(read, counting(deps, read, WAIT));
      const situation = { ...noted, failure, woken: first, revive: first && isStalled(noted) };
      const move = decide(situation);
      const counted = counting(deps, situation, move);
      if (revive && isPatient(move) && !TERMINAL.includes(noted.request.status)) await postpone(situation, counted);
      if (!(await carryOut(move, situation, counted))) return;
    } catch (error) {
      if (!(error instanceof StaleRecordError) || n >= MAX_MOVES) throw error;
    }
  }
}

async function situationOf(requestId: string, deps: RecorderDeps): Promise<Situation> {
  const request = await deps.requests.get(requestId);
  if (request === undefined) throw new UnknownWorkError(`request ${requestId}`);
  const [plan, line, steps, verifications, holds, announcement] = await Promise.all([
    deps.plans.getPlan(requestId),
    deps.line.read(requestId),
    deps.work.steps(requestId),
    deps.verifications.verifications(requestId),
    deps.holds.holdsOf(request.tenantId),
    deps.notices.announcement(requestId),
  ]);
  const { inventory, keepers, register, replicaSettleMs } = deps;
  const now = deps.clock.now();
  const decisions = decisionsOn(request, plan, deps, now);
  const { erasure: rules } = register;
  const anonymised = await anonymisedBy(requestId, steps, deps);
  const kept = { keepers, holds, anonymised, announcement, replicaSettleMs };
  return { request, plan, line, steps, verifications, inventory, decisions, now, rules, ...kept, ...NOT_ASKED };
}

const NOT_ASKED = { woken: false, revive: false };

async function anonymisedBy(requestId: string, steps: readonly Step[], { anonymised }: RecorderDeps) {
  const storeIds = new Set(steps.filter(({ action }) => action === 'anonymise').map(({ storeId }) => storeId));
  const outcomes = [...storeIds].map(async (storeId) => {
    const outcome = await anonymised.outcomeOf(requestId, storeId);
    return outcome === undefined ? [] : [{ storeId, outcome }];
  });
  return (await Promise.all(outcomes)).flat();
}

/** What the register says today of each planned store, legal holds apart. */
function decisionsOn(
  request: RequestRecord,
  plan: StoredPlan | undefined,
  { inventory, register }: Pick<RecorderDeps, 'inventory' | 'register'>,
  now: Date,
): StoreDecision[] {
  const resolve = compileRetention(register);
  return (plan?.plan.stores ?? []).map((store) => ({
    storeId: store.storeId,
    ...decideStore(
      { ...store, anonymises: store.action === 'anonymise', isReplica: isReplica(store.storeId, inventory) },
      factsOf(store, request, now),
      resolve,
      register,
    ),
  }));
}

function isReplica(storeId: string, inventory: RecorderDeps['inventory']): boolean {
  return inventory.some(({ id, replicaOf }) => id === storeId && replicaOf !== undefined);
}

/** Others are at work; the request is looked at again, and not given up. */
function isPatient({ move }: Move): boolean {
  return move === 'wait' || move === 'announce';
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
    case 'execute':
      await startRound(move, s, deps);
      return false;
    case 'verify':
      await askToVerify(move.storeIds, s.request.round, s, deps);
      if (s.request.status === 'verifying') await revived(s, deps);
      else await moveTo(s, 'verifying', {}, deps);
      return false;
    case 'announce':
      // Who announces wakes the request when it is done.
      await deps.announcer.announce(requestId);
      return false;
    case 'certify':
      await issueCertificate(move, s, deps);
      return false;
    case 'rest':
      await moveTo(s, move.status, { sealed: move.sealed, reasons: move.reasons }, deps);
      return false;
    case 'end':
      await endAs(s, move.status, move.reasons, deps, move.sealed);
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
