import { hashOf } from '../shared/canonical';
import { instant, plusMs } from '../shared/clock';
import type { Store } from '../shared/inventory';
import { mayCertify } from './announcing';
import { sumCounts, totalOf } from './counts';
import { inventoryHash } from './facts';
import { type Reason, type RequestRecord, type Step, TERMINAL, type Verification, WAITING } from './model';
import { originalsOf, readingsOf, readReplicas, releasedReplicas, withReplicas } from './replicas';
import { certifiable } from './settle';
import { end, fail, type Move, type Situation, WAIT, type Work } from './situation';
import { backToWaiting, resume, resumeSealed } from './waiting';
import { firstWork, keeperWork, storesOf } from './work';

export const CANCELLED: Reason = { code: 'cancelled', message: 'cancelled before the first deletion' };

/**
 * What happens next with a request. Pure and total: the same situation gives the same move, and
 * every move may be made twice. Anything unknown ends in `failed`, never in `completed`.
 */
export function decide(s: Situation): Move {
  const move = nextMove(s);
  if (move.move === 'certify' && !mayCertify(move, s)) return { move: 'announce' };
  // What was certified before stands, and what waits is tried again the next day.
  return move.move === 'end' &&
    move.status === 'failed' &&
    s.request.certificates > 0 &&
    s.request.endedAt === undefined
    ? backToWaiting(move.reasons, s)
    : move;
}

function nextMove(s: Situation): Move {
  const { request } = s;
  // What a failed request has sealed still ends on its day.
  if (TERMINAL.includes(request.status)) return request.status === 'failed' ? resumeSealed(s) : WAIT;
  if (s.line.state === 'cancelled') return { move: 'end', status: 'cancelled', reasons: [CANCELLED] };
  if (WAITING.includes(request.status)) return resume(s);
  if (s.failure !== undefined) return { move: 'end', status: 'failed', reasons: [s.failure] };
  if (s.revive && request.revivals >= s.rules.maxRevivals)
    return fail('stalled', `no progress after ${request.revivals} revivals; see the dead-letter queues`);
  switch (request.status) {
    case 'accepted':
      return afterAccepted(s);
    case 'planned':
      return waitsForPerson(request) ? WAIT : startExecuting(s);
    case 'confirmed':
      return request.executeAfter !== undefined && request.executeAfter > instant(s.now)
        ? { move: 'wait-until', at: request.executeAfter }
        : startExecuting(s);
    case 'executing':
      return afterExecuting(s);
    case 'verifying':
      return afterVerifying(s);
    default:
      return fail('unknown-state', `status ${request.status} has no next step`);
  }
}

/** A tenant's erasure waits for its confirmation, except where the end of the contract asked for it long before. */
export function waitsForPerson({ dryRun, scope, termination }: RequestRecord): boolean {
  return dryRun || (scope === 'tenant' && termination === undefined);
}

/** When anything of the request's work last moved. */
export function lastProgress(s: Pick<Situation, 'request' | 'steps' | 'verifications'>): string {
  const times = [s.request.updatedAt, ...s.steps.map((x) => x.updatedAt), ...s.verifications.map((x) => x.verifiedAt)];
  return times.sort().at(-1) ?? s.request.updatedAt;
}

/** Whether the sweeper should act, or has only come by while work goes on. */
export function isStalled(s: Pick<Situation, 'request' | 'steps' | 'verifications' | 'now' | 'rules'>): boolean {
  return lastProgress(s) <= instant(plusMs(s.now, -s.rules.stalledAfterMinutes * 60_000));
}

function afterAccepted(s: Situation): Move {
  if (s.plan === undefined) return { move: 'make-plan' };
  // There is no sense in having a plan confirmed that may not be carried out.
  return (s.request.dryRun ? undefined : doubts(s)) ?? { move: 'show-plan' };
}

function startExecuting(s: Situation): Move {
  if (s.plan === undefined) return fail('plan-missing', 'the plan cannot be read');
  // Computed again: the plan that was shown and confirmed is carried out, not whatever stands there now.
  if (hashOf(s.plan.plan) !== s.request.planHash) return fail('plan-changed', 'the stored plan is not the one shown');
  const changed = inventoryChanged(s);
  if (changed !== undefined) return changed;
  return doubts(s) ?? firstWork(s);
}

/** Facts that do not add up are for a person to mend; until then nothing at all is erased. */
function doubts(s: Situation): Move | undefined {
  const reasons = (s.plan?.plan.stores ?? [])
    .filter((store) => store.action === null)
    .map(({ storeId, decision }): Reason => {
      const why = decision.rules.map(({ citation, effect }) => `${citation}: ${effect}`).join(' ');
      return { code: 'in-doubt', storeId, message: `Nothing was erased. ${why}` };
    });
  return reasons.length === 0 ? undefined : { move: 'end', status: 'refused', reasons };
}

function afterExecuting(s: Situation): Move {
  const steps = s.steps.filter((step) => step.round === s.request.round);
  if (steps.length === 0) return fail('steps-missing', `round ${s.request.round} has no steps`);
  if (steps.every((step) => step.state === 'done')) return { move: 'verify', storeIds: originalsOf(s).map(idOf) };
  const work = s.revive ? workOf(steps) : releasedReplicas(steps, s);
  return work.length === 0 ? WAIT : { move: 'execute', round: s.request.round, work, change: {} };
}

function idOf({ id }: Pick<Store, 'id'>): string {
  return id;
}

function workOf(steps: readonly Step[]): Work[] {
  const byStore = new Map(steps.map(({ storeId, action }) => [storeId, { storeId, action }]));
  return [...byStore.values()];
}

function afterVerifying(s: Situation): Move {
  const changed = inventoryChanged(s);
  if (changed !== undefined) return changed;
  const seen = readingsOf(s);
  const unread = storesOf(s).filter((store) => !seen.some((v) => v.storeId === store.id));
  const first = originalsOf(s).filter((store) => unread.includes(store));
  if (first.length > 0) return s.revive ? { move: 'verify', storeIds: first.map(idOf) } : WAIT;

  // Of a request that failed before, only what it had sealed is erased.
  const residue = s.request.endedAt === undefined ? withReplicas(residueWork(seen, s), s) : [];
  const again = [...residue, ...keeperWork(seen, s)];
  if (again.length === 0) return unread.length > 0 ? readReplicas(unread, seen, s) : certifiable(seen, s);
  const rounds = s.request.round - s.request.firstRound + 1;
  if (rounds < s.rules.maxRounds) return { move: 'execute', round: s.request.round + 1, work: again, change: {} };
  return { move: 'end', status: 'failed', reasons: again.map((work) => residueReason(work, seen, rounds, s.steps)) };
}

/** What is left goes the way that the store's data went before. */
function residueWork(seen: readonly Verification[], s: Situation): Work[] {
  return seen
    .filter((v) => totalOf(v.left) > 0)
    .map(({ storeId }) => {
      const before = s.steps.findLast((step) => step.storeId === storeId)?.action;
      const today = s.decisions.find((d) => d.storeId === storeId)?.action;
      return { storeId, action: before ?? today ?? 'seal' };
    });
}

function residueReason(
  { storeId }: Work,
  seen: readonly Verification[],
  rounds: number,
  steps: readonly Step[],
): Reason {
  const left = seen.find((v) => v.storeId === storeId)?.left;
  const last = Math.max(...steps.map((step) => step.round));
  const refused = totalOf(
    sumCounts(steps.filter((x) => x.storeId === storeId && x.round === last).map((x) => x.refused)),
  );
  const why = refused > 0 ? `, ${refused} deletions were refused` : '';
  const count = left === undefined ? 'something is' : `${totalOf(left)}`;
  return {
    code: 'residue-left',
    storeId,
    message: `${count} left after ${rounds} rounds${why}; stop what still writes, then ask again`,
  };
}

/**
 * The plan speaks of the stores of its time; a store added since was never planned, shown or confirmed. After
 * years of waiting that is to be expected, and the plan's own stores were certified before.
 */
function inventoryChanged(s: Situation): Move | undefined {
  if (s.request.firstRound > 1) return undefined;
  if (s.plan?.plan.inventoryHash === inventoryHash(s.inventory)) return undefined;
  return end('failed', 'inventory-changed', 'the stores changed since the plan was made; make a new request');
}
