import type { Register } from '../../policies/schema';
import { authorise, type Caller, canSeeTenant } from '../access/caller';
import { untilFresh } from '../erasure/ending';
import type { Status } from '../erasure/model';
import type { LineKeeper, RequestLedger } from '../erasure/ports';
import { type Clock, instant } from '../shared/clock';
import { conflict, notFound, unprocessable } from '../shared/problem';
import type { LegalHold } from './hold';
import type { HoldList, HoldRecord, HoldView, PlaceBody, PlacedView } from './model';
import type { HoldLedger, LocksOutbox } from './ports';
import { isReviewDay, latestReview } from './review';
import { viewOf } from './view';

export interface HoldServiceDeps {
  readonly holds: HoldLedger;
  readonly requests: Pick<RequestLedger, 'list'>;
  readonly line: Pick<LineKeeper, 'read'>;
  readonly outbox: LocksOutbox;
  readonly register: Pick<Register, 'data' | 'erasure'>;
  readonly clock: Clock;
}

/** A request in these states may have deleted part of what a new hold is about. */
const UNDER_WAY: readonly Status[] = ['executing', 'verifying'];
const LIST_PAGE = 100;

/**
 * Places a hold, or changes all of it but its scope. The same call twice is one: the second changes nothing.
 * Of two different ones the later counts, and the earlier wording is kept.
 *
 * @returns whether the hold is new, and the requests that may have erased part of its scope already
 * @throws ProblemError 403, 409 (lifted, other scope, id taken), 422
 */
export async function placeHold(
  caller: Caller,
  holdId: string,
  body: PlaceBody,
  deps: HoldServiceDeps,
): Promise<{ created: boolean; view: PlacedView }> {
  authorise(caller, 'hold:place', body.scope.tenantId);
  const { created, record } = await untilFresh(() => placeOrChange(caller, holdId, body, deps));
  // Sent again for a repeated call: the first may have died before it could send.
  if (record.appliedAt === undefined) await sendLocks(record.hold, deps);
  const now = deps.clock.now();
  return { created, view: { ...viewOf(record, now), underWay: await underWay(body.scope.tenantId, deps) } };
}

async function placeOrChange(caller: Caller, holdId: string, body: PlaceBody, deps: HoldServiceDeps) {
  const now = deps.clock.now();
  const before = await deps.holds.find(holdId);
  if (before !== undefined) return changed(caller, before, body, deps);
  assertAcceptable(body, now, deps.register);
  const hold: LegalHold = {
    ...body,
    holdId,
    placedAt: instant(now),
    updatedAt: instant(now),
    placedBy: caller.clientName,
    version: 1,
  };
  const outcome = await deps.holds.place(hold, caller.clientName);
  if (outcome === 'placed') return { created: true, record: { hold, changedBy: caller.clientName } };
  const first = await deps.holds.find(holdId);
  if (first === undefined) throw conflict('Another call was placing this hold. Send the same request again.');
  return changed(caller, first, body, deps);
}

async function changed(
  caller: Caller,
  before: HoldRecord,
  body: PlaceBody,
  deps: HoldServiceDeps,
): Promise<{ created: boolean; record: HoldRecord }> {
  const { hold } = before;
  // Ids are the caller's to choose, so this one may be in use by a client whose tenants she may not see.
  if (!canSeeTenant(caller, hold.scope.tenantId)) throw conflict('The id is in use. Choose another one.');
  if (!sameScope(hold, body))
    throw conflict('The scope of a hold cannot be changed. Place another hold, and lift this one if it is not needed.');
  if (before.lifted !== undefined)
    throw conflict('The hold was lifted. Place a new one under another id.', { liftedAt: before.lifted.at });
  const { matter, authority, approver, reviewAt } = body;
  const wording = { matter, authority, approver, reviewAt };
  const same = Object.entries(wording).every(([field, value]) => hold[field as keyof typeof wording] === value);
  if (same) return { created: false, record: before };
  const now = deps.clock.now();
  assertAcceptable(body, now, deps.register);
  const next: LegalHold = { ...hold, ...wording, updatedAt: instant(now), version: hold.version + 1 };
  await deps.holds.change(before, next, caller.clientName);
  return { created: false, record: { ...before, hold: next, changedBy: caller.clientName } };
}

function sameScope({ scope: a }: LegalHold, { scope: b }: PlaceBody): boolean {
  return a.tenantId === b.tenantId && a.subjectId === b.subjectId && a.dataClass === b.dataClass;
}

function assertAcceptable({ scope, reviewAt }: PlaceBody, now: Date, register: HoldServiceDeps['register']): void {
  const classes = register.data.classes.map(({ id }) => id);
  if (scope.dataClass !== undefined && !classes.includes(scope.dataClass))
    throw unprocessable('Use one of the registered data classes, or none for all.', [
      { pointer: '/scope/dataClass', message: `one of ${classes.join(', ')}` },
    ]);
  const { days } = register.erasure.holds.maxReviewDays;
  if (!isReviewDay(reviewAt, now, days))
    throw unprocessable('Send a day on which somebody will look at the hold again.', [
      { pointer: '/reviewAt', message: `after today in India, ${latestReview(now, days)} at the latest` },
    ]);
}

/** @throws ProblemError 403, 404 */
export async function getHold(caller: Caller, holdId: string, deps: HoldServiceDeps): Promise<HoldView> {
  authorise(caller, 'hold:read');
  return viewOf(await visible(caller, holdId, deps), deps.clock.now());
}

/** Standing and lifted holds of a tenant, by id. @throws ProblemError 403 */
export async function listHolds(
  caller: Caller,
  query: { tenantId: string; limit: number; cursor?: string },
  deps: HoldServiceDeps,
): Promise<HoldList> {
  authorise(caller, 'hold:read', query.tenantId);
  const page = await deps.holds.list(query.tenantId, query.limit, query.cursor);
  const now = deps.clock.now();
  return { items: page.items.map((record) => viewOf(record, now)), nextCursor: page.nextCursor };
}

/**
 * Lifts a hold for good: erasure of its scope may go on from this moment, and the worker wakes what waited
 * once S3 has let go. Repeating it is harmless, and wakes again.
 *
 * @throws ProblemError 403, 404
 */
export async function liftHold(
  caller: Caller,
  holdId: string,
  approver: string,
  deps: HoldServiceDeps,
): Promise<HoldView> {
  authorise(caller, 'hold:lift');
  return untilFresh(async () => {
    const record = await visible(caller, holdId, deps);
    const now = deps.clock.now();
    const lifted = record.lifted ?? { at: instant(now), approver, by: caller.clientName };
    if (record.lifted === undefined) await deps.holds.lift(record.hold, lifted);
    if (record.releasedAt === undefined) await sendLocks(record.hold, deps);
    return viewOf({ ...record, lifted }, now);
  });
}

/** A hold of a tenant that the caller may not see is answered like one that does not exist. */
async function visible(caller: Caller, holdId: string, deps: HoldServiceDeps): Promise<HoldRecord> {
  const record = await deps.holds.find(holdId);
  if (record === undefined || !canSeeTenant(caller, record.hold.scope.tenantId)) throw notFound();
  return record;
}

async function sendLocks({ holdId, scope }: LegalHold, { outbox, clock }: HoldServiceDeps): Promise<void> {
  await outbox.send({ type: 'set-locks', tenantId: scope.tenantId, holdId, pass: instant(clock.now()) });
}

async function underWay(tenantId: string, deps: HoldServiceDeps): Promise<PlacedView['underWay']> {
  const requests = [];
  for (const status of UNDER_WAY) {
    let cursor: string | undefined;
    do {
      const page = await deps.requests.list(tenantId, status, LIST_PAGE, cursor);
      requests.push(...page.items);
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
  }
  return Promise.all(
    requests.map(async ({ requestId, scope, status }) => {
      const line = await deps.line.read(requestId);
      return { requestId, scope, status, firstDeletionAt: line.state === 'crossed' ? line.at : null };
    }),
  );
}
