import type { Register } from '../../policies/schema';
import type { RetentionDecision } from '../retention/decision';
import { compileRetention, type ResolveRetention, type RetentionFacts } from '../retention/resolve';
import { hashOf } from '../shared/canonical';
import { type Clock, instant, type Sleep } from '../shared/clock';
import type { Store } from '../shared/inventory';
import { withBackoff } from './backoff';
import { noCounts, sumCounts, totalOf } from './counts';
import { UnknownWorkError } from './errors';
import { lanesOf } from './lanes';
import type { Counts, Plan, RequestRecord, StoreAction } from './model';
import type { ErasableStore, Lane, PlanLedger, RequestLedger, SubjectHasher } from './ports';

export interface PlannerDeps {
  readonly requests: Pick<RequestLedger, 'get'>;
  readonly plans: PlanLedger;
  readonly stores: readonly CountableStore[];
  readonly hasher: SubjectHasher;
  readonly register: Register;
  readonly clock: Clock;
  readonly sleep: Sleep;
}

/** A store as the planner sees it: it can list, and nothing else. */
export type CountableStore = Pick<ErasableStore, 'store' | 'list'>;

/** Lists with as many lanes as a store of this size gets. */
const ASSUMED_SIZE = 20_000;

/**
 * Finds what an erasure would take, store by store, and writes the plan. Deletes nothing.
 * Idempotent: the first plan of a request stands.
 *
 * @throws UnknownWorkError when the request does not exist
 */
export async function planErasure(requestId: string, deps: PlannerDeps): Promise<void> {
  const request = await deps.requests.get(requestId);
  if (request === undefined) throw new UnknownWorkError(`request ${requestId}`);
  if (request.status !== 'accepted' || (await deps.plans.getPlan(requestId)) !== undefined) return;
  const plan = await makePlan(request, deps);
  await deps.plans.putPlan(requestId, plan, hashOf(plan));
}

async function makePlan(request: RequestRecord, deps: PlannerDeps): Promise<Plan> {
  const { tenantId, subjectId, scope } = request;
  const subject = subjectId === undefined ? null : await deps.hasher.hash(tenantId, subjectId);
  const resolve = compileRetention(deps.register);
  const stores = await Promise.all(
    deps.stores.map((source) => planStore(source, request, subject?.value ?? null, resolve, deps)),
  );
  return {
    type: 'digicrm.erasure-plan',
    version: 2,
    requestId: request.requestId,
    scope,
    tenantId,
    subject,
    plannedAt: instant(deps.clock.now()),
    inventoryHash: inventoryHash(deps.stores.map((s) => s.store)),
    stores,
    holds: [],
    processors: [],
    findings: findingsOf(stores),
  };
}

async function planStore(
  source: CountableStore,
  request: RequestRecord,
  subjectHash: string | null,
  resolve: ResolveRetention,
  deps: PlannerDeps,
): Promise<Plan['stores'][number]> {
  const { store } = source;
  const { dataRole, dataClass } = store;
  const decision = resolve(factsOf(store, request, deps.clock.now()));
  const action = actionOf(decision);
  return {
    storeId: store.id,
    kind: store.kind,
    region: store.region,
    dataRole,
    dataClass,
    locator: describeLocator(store, request.tenantId, subjectHash),
    counts: await countStore(source, request, deps.sleep),
    decision,
    action,
    into: action === 'seal' ? 'vault' : null,
    keptFields: [],
    facts: {},
  };
}

/** What follows from a decision that was made without holds; null where the facts do not add up. */
export function actionOf({ outcome }: RetentionDecision): StoreAction | null {
  return outcome === 'hold' ? null : outcome;
}

/**
 * What the engine knows of a store's data. Use ends with the contract, or else when the erasure begins: what
 * the engine does afterwards, sealing included, is no use.
 */
export function factsOf(
  { dataRole, dataClass }: Pick<Store, 'dataRole' | 'dataClass'>,
  { scope, reason, createdAt, lastProcessedAt, termination, useCeasedAt }: RequestRecord,
  now: Date,
  more: Partial<RetentionFacts> = {},
): RetentionFacts {
  const lastUse = lastProcessedAt ?? termination?.terminatedAt ?? useCeasedAt;
  // Clocks of two functions may differ a little, and a fact from the future would be in doubt.
  const asOf = [instant(now), createdAt, lastUse ?? ''].sort().at(-1) ?? instant(now);
  return {
    dataRole,
    dataClass,
    scope,
    reason,
    requestedAt: createdAt,
    ...(termination && { terminatedAt: termination.terminatedAt }),
    ...(lastUse !== undefined && { lastProcessedAt: lastUse }),
    asOf,
    ...more,
  };
}

/** Ties a plan to the stores that existed when it was made. */
export function inventoryHash(stores: readonly Store[]): string {
  return hashOf([...stores].sort((a, b) => (a.id < b.id ? -1 : 1)));
}

/** Nothing where data was expected is a finding for a person to look at, not a success. */
function findingsOf(stores: Plan['stores']): Plan['findings'] {
  if (totalOf(sumCounts(stores.map((s) => s.counts))) > 0) return [];
  return [
    {
      code: 'nothing-found',
      message: 'no registered store holds anything under these ids: check that the ids are right',
    },
  ];
}

/** Where the data lies, in words; the subject appears as the hash of her id. */
function describeLocator(store: Store, tenantId: string, subjectHash: string | null): string {
  const who = subjectHash === null ? '*' : `subject:${subjectHash.slice(0, 16)}`;
  const shared =
    subjectHash !== null && store.subjectErasure === 'own-and-shared' ? ', and what the tenant shares' : '';
  const where = store.kind === 's3' ? `keys ${tenantId}/{shard}/${who}/*` : `rows ${tenantId}#{shard}, ${who}#*`;
  return where + shared;
}

async function countStore(source: CountableStore, request: RequestRecord, sleep: Sleep): Promise<Counts> {
  const lanes = lanesOf(source.store, request, ASSUMED_SIZE);
  return sumCounts(await Promise.all(lanes.map((lane) => countLane(source, lane, sleep))));
}

async function countLane(source: CountableStore, lane: Lane, sleep: Sleep): Promise<Counts> {
  const counts = noCounts();
  let cursor: string | undefined;
  do {
    const page = await withBackoff(() => source.list(lane, cursor), sleep);
    for (const ref of page.refs) counts[ref.kind] += 1;
    cursor = page.next;
  } while (cursor !== undefined);
  return counts;
}
