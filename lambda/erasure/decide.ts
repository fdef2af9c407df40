import type { Register } from '../../policies/schema';
import type { RetentionDecision } from '../retention/decision';
import { hashOf } from '../shared/canonical';
import { instant, plusMs } from '../shared/clock';
import type { Store } from '../shared/inventory';
import { addCounts, subtractCounts, sumCounts, totalOf } from './counts';
import {
  type Counts,
  type Reason,
  type RequestRecord,
  type Status,
  type Step,
  TERMINAL,
  type Verification,
} from './model';
import { inventoryHash } from './planner';
import type { Line, StoredPlan } from './ports';

/** Everything known of a request when the next move is decided. */
export interface Situation {
  readonly request: RequestRecord;
  readonly plan: StoredPlan | undefined;
  readonly line: Line;
  readonly steps: readonly Step[];
  readonly verifications: readonly Verification[];
  readonly inventory: readonly Store[];
  /** What the register says today of each planned store: a law may have begun since the plan was made. */
  readonly decisions: readonly StoreDecision[];
  readonly now: Date;
  /** The sweeper asks: nothing was heard for too long. */
  readonly revive: boolean;
  /** One of the request's messages failed for the last time. */
  readonly failure?: Reason;
  readonly rules: Register['erasure'];
}

export interface StoreDecision {
  readonly storeId: string;
  readonly decision: RetentionDecision;
}

export type Move =
  | { readonly move: 'wait' }
  | { readonly move: 'wait-until'; readonly at: string }
  | { readonly move: 'make-plan' }
  | { readonly move: 'show-plan' }
  /** Create the round's steps for these stores and start executing. */
  | { readonly move: 'erase'; readonly round: number; readonly storeIds: readonly string[] }
  | { readonly move: 'verify' }
  | { readonly move: 'certify'; readonly outcome: 'completed' | 'held'; readonly reasons: Reason[] }
  | { readonly move: 'end'; readonly status: Status; readonly reasons: Reason[] };

const WAIT: Move = { move: 'wait' };
export const CANCELLED: Reason = { code: 'cancelled', message: 'cancelled before the first deletion' };

/**
 * What happens next with a request. Pure and total: the same situation gives the same move, and
 * every move may be made twice. Anything unknown ends in `failed`, never in `completed`.
 */
export function decide(s: Situation): Move {
  const { request } = s;
  if (TERMINAL.includes(request.status)) return WAIT;
  if (s.line.state === 'cancelled') return { move: 'end', status: 'cancelled', reasons: [CANCELLED] };
  if (s.failure !== undefined) return { move: 'end', status: 'failed', reasons: [s.failure] };
  if (s.revive && request.revivals >= s.rules.maxRevivals)
    return fail('stalled', `no progress after ${request.revivals} revivals; see the dead-letter queues`);
  switch (request.status) {
    case 'accepted':
      return afterAccepted(s);
    case 'planned':
      return request.dryRun || request.scope === 'tenant' ? WAIT : startErasing(s);
    case 'confirmed':
      return s.request.executeAfter !== undefined && s.request.executeAfter > instant(s.now)
        ? { move: 'wait-until', at: s.request.executeAfter }
        : startErasing(s);
    case 'executing':
      return afterErasing(s);
    case 'verifying':
      return afterVerifying(s);
    default:
      return fail('unknown-state', `status ${request.status} has no next step`);
  }
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
  return (s.request.dryRun ? undefined : deferral(s)) ?? { move: 'show-plan' };
}

function startErasing(s: Situation): Move {
  if (s.plan === undefined) return fail('plan-missing', 'the plan cannot be read');
  // Computed again: the plan that was shown and confirmed is carried out, not whatever stands there now.
  if (hashOf(s.plan.plan) !== s.request.planHash) return fail('plan-changed', 'the stored plan is not the one shown');
  const changed = inventoryChanged(s);
  if (changed !== undefined) return changed;
  const deferred = deferral(s);
  if (deferred !== undefined) return deferred;
  return { move: 'erase', round: 1, storeIds: s.plan.plan.stores.map((store) => store.storeId) };
}

/** Sealing and holding are not built, so where either is due nothing at all is erased. */
function deferral(s: Situation): Move | undefined {
  const planned = s.plan?.plan.stores ?? [];
  const reasons = planned.flatMap((store): Reason[] => {
    const today = s.decisions.find(({ storeId }) => storeId === store.storeId)?.decision;
    const against = [today, store.decision].find((decision) => decision !== undefined && decision.outcome !== 'erase');
    return against === undefined ? [] : [deferralReason(store.storeId, against)];
  });
  return reasons.length === 0 ? undefined : { move: 'end', status: 'deferred', reasons };
}

function deferralReason(storeId: string, { outcome, conflict, rules }: RetentionDecision): Reason {
  const why = conflict ?? rules.map(({ citation, effect }) => `${citation}: ${effect}`).join(' ');
  return { code: outcome === 'seal' ? 'deferred' : 'held', storeId, message: `Nothing was erased. ${why}` };
}

function afterErasing(s: Situation): Move {
  const steps = s.steps.filter((step) => step.round === s.request.round);
  if (steps.length === 0) return fail('steps-missing', `round ${s.request.round} has no steps`);
  if (steps.every((step) => step.state === 'done')) return { move: 'verify' };
  if (!s.revive) return WAIT;
  return { move: 'erase', round: s.request.round, storeIds: [...new Set(steps.map((step) => step.storeId))] };
}

function afterVerifying(s: Situation): Move {
  const changed = inventoryChanged(s);
  if (changed !== undefined) return changed;
  const seen = s.verifications.filter((v) => v.round === s.request.round);
  if (s.inventory.some((store) => !seen.some((v) => v.storeId === store.id)))
    return s.revive ? { move: 'verify' } : WAIT;

  const residue = seen.filter((v) => totalOf(v.left) > 0);
  if (residue.length === 0) return certify(seen);
  if (s.request.round < s.rules.maxRounds)
    return { move: 'erase', round: s.request.round + 1, storeIds: residue.map((v) => v.storeId) };
  return { move: 'end', status: 'failed', reasons: residue.map((v) => residueReason(v, s.steps, s.request.round)) };
}

function certify(seen: readonly Verification[]): Move {
  const held = seen.filter((v) => totalOf(v.held) > 0);
  const reasons = held.map((v) => ({
    code: 'held',
    storeId: v.storeId,
    message: `${totalOf(v.held)} object versions are under Object Lock or legal hold`,
  }));
  return { move: 'certify', outcome: held.length > 0 ? 'held' : 'completed', reasons };
}

function residueReason(v: Verification, steps: readonly Step[], rounds: number): Reason {
  const refused = totalOf(
    sumCounts(steps.filter((x) => x.storeId === v.storeId && x.round === rounds).map((x) => x.refused)),
  );
  const why = refused > 0 ? `, ${refused} deletions were refused` : '';
  return {
    code: 'residue-left',
    storeId: v.storeId,
    message: `${totalOf(v.left)} left after ${rounds} rounds${why}; stop what still writes, then ask again`,
  };
}

/** The plan speaks of the stores of its time; a store added since was never planned, shown or confirmed. */
function inventoryChanged(s: Situation): Move | undefined {
  if (s.plan?.plan.inventoryHash === inventoryHash(s.inventory)) return undefined;
  return fail('inventory-changed', 'the stores changed since the plan was made; make a new request');
}

function fail(code: string, message: string): Move {
  return end('failed', code, message);
}

function end(status: Status, code: string, message: string): Move {
  return { move: 'end', status, reasons: [{ code, message }] };
}

/** What the eraser took away from one store in all rounds: what it saw and was neither held nor refused. */
export function erasedIn(storeId: string, steps: readonly Step[]): Counts {
  const own = steps.filter((step) => step.storeId === storeId);
  const kept = addCounts(sumCounts(own.map((x) => x.held)), sumCounts(own.map((x) => x.refused)));
  return subtractCounts(sumCounts(own.map((x) => x.found)), kept);
}
