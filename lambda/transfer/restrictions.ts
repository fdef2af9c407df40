import { randomUUID } from 'node:crypto';
import { isCountry } from '../../policies/countries';
import type { Processor, Transfers } from '../../policies/schema';
import { authorise, type Caller } from '../access/caller';
import { untilFresh } from '../erasure/ending';
import { type Clock, instant, plusMs } from '../shared/clock';
import { conflict, forbidden, notFound, unprocessable } from '../shared/problem';
import { countriesOf, HOME_COUNTRY } from './country';
import type { Restriction } from './model';
import type { PastTransfers, RestrictionLedger } from './ports';
import {
  type Impact,
  type RestrictBody,
  type RestrictedView,
  type RestrictionList,
  type RestrictionView,
  restrictionView,
} from './restriction-views';

/** What the desk works with. */
export interface RestrictionDeps {
  readonly restrictions: RestrictionLedger;
  readonly past: PastTransfers;
  /** Processors of the stage, by id. */
  readonly processors: ReadonlyMap<string, Processor>;
  readonly words: Pick<Transfers, 'restriction'>;
  readonly clock: Clock;
}

const MS_PER_DAY = 86_400_000;
/** Tenants that an answer names; the others are counted. */
const TENANTS_NAMED = 100;

/**
 * Restricts transfers, or with `dryRun` only says what that would touch. It is in force before it is counted, so an
 * error on the way does not undo it. The same order again is answered with the one that stands.
 *
 * @throws ProblemError 403, 409 (too many stand), 422
 */
export async function restrict(
  caller: Caller,
  body: RestrictBody,
  deps: RestrictionDeps,
): Promise<{ created: boolean; view: RestrictedView }> {
  authoriseForAll(caller);
  const touched = processorsIn(body.scope, deps.processors);
  const now = deps.clock.now();
  if (body.dryRun) return { created: false, view: { restriction: null, impact: await impactOf(touched, now, deps) } };
  const wanted = restrictionOf(body, caller, now);
  const stands = await untilFresh(() => deps.restrictions.create(wanted));
  if (stands === 'full')
    throw conflict('Too many restrictions stand. Lift those that others cover, then send it again.');
  return {
    created: stands.restrictionId === wanted.restrictionId,
    view: { restriction: restrictionView(stands, now), impact: await impactOf(touched, now, deps) },
  };
}

/** Standing restrictions, then lifted ones, each newest first. @throws ProblemError 403 */
export async function listRestrictions(caller: Caller, deps: RestrictionDeps): Promise<RestrictionList> {
  authorise(caller, 'transfer:read');
  const now = deps.clock.now();
  return { items: (await deps.restrictions.list()).map((restriction) => restrictionView(restriction, now)) };
}

/**
 * Notes that a person agrees that a restriction ends; it does with the second. The one who approved the restriction
 * may be one of the two. Two who agree at the same moment are both counted.
 *
 * @throws ProblemError 403, 404, 409 (agreed already, or lifted by others)
 */
export async function liftRestriction(
  caller: Caller,
  restrictionId: string,
  approver: string,
  deps: RestrictionDeps,
): Promise<RestrictionView> {
  authoriseForAll(caller);
  return untilFresh(async () => {
    const restriction = await deps.restrictions.get(restrictionId);
    if (restriction === undefined) throw notFound('There is no such restriction. List them to find its id.');
    const now = deps.clock.now();
    assertLiftable(restriction, approver);
    const liftApprovals = [...restriction.liftApprovals, { approver, at: instant(now) }];
    const lifted = liftApprovals.length >= deps.words.restriction.approversToLift.people;
    const next = {
      ...restriction,
      liftApprovals,
      liftedAt: lifted ? instant(now) : null,
      version: restriction.version + 1,
    };
    await deps.restrictions.update(next, restriction.version);
    return restrictionView(next, now);
  });
}

/** A restriction holds for every tenant, so nobody changes one who may act for some only. */
function authoriseForAll(caller: Caller): void {
  authorise(caller, 'transfer:restrict');
  if (caller.tenants !== 'all')
    throw forbidden('A restriction holds for all tenants, and this client may not act for all.');
}

function assertLiftable({ liftedAt, liftApprovals }: Restriction, approver: string): void {
  if (liftedAt !== null) throw conflict('The restriction was lifted. Nothing is left to do.', { liftedAt });
  // An id in other letters is the same person's.
  if (liftApprovals.some((approval) => approval.approver.toLowerCase() === approver.toLowerCase()))
    throw conflict('This person has agreed already. It ends when another one agrees, too.');
}

/** Processors of the register that a scope closes. @throws ProblemError 422 where it closes what nobody knows */
function processorsIn(scope: Restriction['scope'], processors: ReadonlyMap<string, Processor>): Processor[] {
  if (scope.kind === 'country') {
    assertCountry(scope.country);
    return [...processors.values()].filter((processor) => countriesOf(processor).includes(scope.country));
  }
  const processor = processors.get(scope.processorId);
  if (processor === undefined)
    throw unprocessable('Use the id of a registered processor.', [
      { pointer: '/scope/processorId', message: `one of ${[...processors.keys()].join(', ')}` },
    ]);
  return [processor];
}

/** A country without a processor can be closed: the next one that is registered there finds it so. */
function assertCountry(country: string): void {
  const pointer = '/scope/country';
  if (country === HOME_COUNTRY)
    throw unprocessable(
      'Section 16 is about countries outside India. To stop processors in India, close each by its id.',
      [{ pointer, message: `another country than ${HOME_COUNTRY}` }],
    );
  if (!isCountry(country))
    throw unprocessable('Use the ISO 3166 code of the country, such as GB for the United Kingdom.', [
      { pointer, message: 'a country by its ISO 3166 code' },
    ]);
}

function restrictionOf(body: RestrictBody, { clientName }: Caller, now: Date): Restriction {
  const { scope, from, authority, approver } = body;
  return {
    restrictionId: `rs-${randomUUID()}`,
    scope,
    from,
    authority,
    approver,
    clientName,
    createdAt: instant(now),
    liftApprovals: [],
    liftedAt: null,
    version: 1,
  };
}

async function impactOf(touched: readonly Processor[], now: Date, deps: RestrictionDeps): Promise<Impact> {
  const since = plusMs(now, -deps.words.restriction.previewDays * MS_PER_DAY);
  const counts = await Promise.all(touched.map(({ id }) => deps.past.count(id, since, now)));
  const tenants = [...new Set(counts.flatMap((count) => count.tenants))].sort();
  return {
    processors: touched.map((processor) => ({
      processorId: processor.id,
      name: processor.name,
      countries: countriesOf(processor),
    })),
    tenants: { count: tenants.length, ids: tenants.slice(0, TENANTS_NAMED) },
    pastTransfers: {
      decisions: counts.reduce((sum, { decisions }) => sum + decisions, 0),
      since: instant(since),
      complete: counts.every(({ complete }) => complete),
    },
  };
}
