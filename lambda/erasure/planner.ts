import type { BundledRegister } from '../../policies/schema';
import { anonymiseRuleOf } from '../anonymise/anonymise';
import { documentDates, keptFieldsOf } from '../books/document';
import { DocumentSurvey } from '../books/survey';
import type { RecipientReader } from '../disclosure/ports';
import { coversAny, coversTarget } from '../holds/cover';
import type { HoldReader, LegalHold } from '../holds/hold';
import { compileRetention, type ResolveRetention } from '../retention/resolve';
import { hashOf } from '../shared/canonical';
import { type Clock, instant, type Sleep } from '../shared/clock';
import type { Store } from '../shared/inventory';
import { withBackoff } from './backoff';
import { noCounts, sumCounts, totalOf } from './counts';
import { UnknownWorkError } from './errors';
import { decideStore, factsOf, inventoryHash, longestOf } from './facts';
import { lanesOf } from './lanes';
import type { Counts, Plan, PlanStore, RequestRecord, SealTarget } from './model';
import type { ErasableStore, Lane, PlanLedger, RequestLedger, SubjectHasher } from './ports';
import type { StoreDecision } from './situation';

export interface PlannerDeps {
  readonly requests: Pick<RequestLedger, 'get'>;
  readonly plans: PlanLedger;
  readonly stores: readonly CountableStore[];
  readonly hasher: SubjectHasher;
  readonly holds: HoldReader;
  /** Who has the data outside DigiCRM. */
  readonly recipients: RecipientReader;
  readonly register: BundledRegister;
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
  const [holds, recipients] = await Promise.all([
    deps.holds.holdsOf(tenantId),
    deps.recipients.recipients(tenantId, subjectId),
  ]);
  const resolve = compileRetention(deps.register);
  const stores = await Promise.all(
    deps.stores.map((source) => planStore(source, request, subject?.value ?? null, { resolve, holds }, deps)),
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
    holds: holds
      .filter((hold) => deps.stores.some(({ store }) => coversAny(hold, store, request)))
      .map(({ holdId, matter, reviewAt, scope: { dataClass, subjectId: one } }) => ({
        ...{ holdId, matter, reviewAt },
        dataClass: dataClass ?? null,
        oneSubject: one !== undefined,
      })),
    processors: recipients.map((processorId) => ({ processorId })),
    findings: findingsOf(stores),
  };
}

/** What decides about every store of one plan. */
interface Deciders {
  readonly resolve: ResolveRetention;
  readonly holds: readonly LegalHold[];
}

/** The action is what is done once no hold is in the way; the decision says whether one is today. */
async function planStore(
  source: CountableStore,
  request: RequestRecord,
  subjectHash: string | null,
  { resolve, holds }: Deciders,
  { clock, register, sleep }: PlannerDeps,
): Promise<PlanStore> {
  const { store } = source;
  const { dataRole, dataClass, documents } = store;
  const facts = factsOf(store, request, clock.now());
  const survey = documents === null ? undefined : new DocumentSurvey(documents, facts.asOf, register);
  const counts = await countStore(source, request, sleep, survey);
  const years = yearsOf(survey, register);
  const anonymises = anonymiseRuleOf(store, request, register) !== undefined;
  const decided = decideStore(
    { documents, years, anonymises, isReplica: store.replicaOf !== undefined },
    facts,
    resolve,
    register,
  );
  // A row that cannot be dated might be one that a law keeps.
  const action = survey !== undefined && survey.unreadable > 0 ? null : decided.action;
  const covering = holds.filter((hold) => coversTarget(hold, store, request));
  const into = action === 'seal' ? targetsOf(decided) : [];
  return {
    storeId: store.id,
    kind: store.kind,
    region: store.region,
    dataRole,
    dataClass,
    locator: describeLocator(store, request.tenantId, subjectHash),
    counts,
    decision: covering.length === 0 ? longestOf(decided) : resolve({ ...facts, holds: covering }),
    action,
    into,
    keptFields: into.includes('books') && documents !== null ? keptFieldsOf(documents, register) : [],
    documents,
    years,
  };
}

function yearsOf(survey: DocumentSurvey | undefined, register: BundledRegister): PlanStore['years'] {
  return (survey?.found() ?? []).flatMap(({ issuedOn, documents }) => {
    const dates = documentDates(issuedOn, register);
    return dates === undefined ? [] : [{ ...dates, documents }];
  });
}

function targetsOf({ whole, books }: Pick<StoreDecision, 'whole' | 'books'>): SealTarget[] {
  return [...(whole.outcome === 'seal' ? ['vault' as const] : []), ...(books.length > 0 ? ['books' as const] : [])];
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

async function countStore(
  source: CountableStore,
  request: RequestRecord,
  sleep: Sleep,
  survey: DocumentSurvey | undefined,
): Promise<Counts> {
  const lanes = lanesOf(source.store, request, ASSUMED_SIZE);
  return sumCounts(await Promise.all(lanes.map((lane) => countLane(source, lane, sleep, survey))));
}

async function countLane(
  source: CountableStore,
  lane: Lane,
  sleep: Sleep,
  survey: DocumentSurvey | undefined,
): Promise<Counts> {
  const counts = noCounts();
  let cursor: string | undefined;
  do {
    const page = await withBackoff(() => source.list(lane, cursor), sleep);
    for (const ref of page.refs) {
      counts[ref.kind] += 1;
      survey?.add(ref.part);
    }
    cursor = page.next;
  } while (cursor !== undefined);
  return counts;
}
