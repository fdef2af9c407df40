import { withBackoff } from '../erasure/backoff';
import { UnknownWorkError } from '../erasure/errors';
import { lanesOf } from '../erasure/lanes';
import type { Status } from '../erasure/model';
import type { ErasableStore, Lane, Outbox, Ref, RequestLedger, Target } from '../erasure/ports';
import { type Clock, plusMs, type Sleep } from '../shared/clock';
import { inParallel } from '../shared/in-parallel';
import { heldKeys } from './cover';
import type { HoldScope, LegalHold } from './hold';
import type { HoldRecord, LocksMessage } from './model';
import type { LocksLedger, VersionLocks } from './ports';

export interface LocksDeps {
  readonly holds: LocksLedger;
  /** Buckets with Object Lock: where they list and what they are called. */
  readonly buckets: readonly Pick<ErasableStore, 'store' | 'list'>[];
  readonly locks: VersionLocks;
  readonly requests: Pick<RequestLedger, 'list'>;
  /** Wakes requests of the erasure engine. */
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly sleep: Sleep;
  /** After this long the pass goes on in another invocation. */
  readonly budgetMs: number;
}

/** Requests to S3 at once. */
const CALLS_AT_ONCE = 32;
/** As many lanes as a tenant can have, so that a pass is cut into parts that one invocation can do. */
const AS_LARGE_AS_CAN_BE = Number.MAX_SAFE_INTEGER;
/** A message is gone after two weeks, and with it the use of its progress. */
const PASS_KEPT_MS = 15 * 86_400_000;
const WAITING: readonly Status[] = ['held', 'deferred'];
const LIST_PAGE = 100;

/**
 * Brings the S3 legal holds in the scope of one hold in line with all the holds that stand: on for what one of
 * them keeps, off for the rest. So placing, lifting and looking again for newer objects are the same pass, and
 * passes of overlapping holds may run side by side.
 *
 * May be killed anywhere and called again. When the hold was lifted, and its scope is released, requests of the
 * tenant that wait are woken.
 *
 * @returns `again` when the time budget ended before the pass did
 * @throws UnknownWorkError when there is no such hold
 */
export async function setLocks(message: LocksMessage, deps: LocksDeps): Promise<'finished' | 'again'> {
  const before = await recordOf(message, deps);
  const deadline = plusMs(deps.clock.now(), deps.budgetMs);
  const done = await deps.holds.done(message);
  const parts = partsOf(before.hold.scope, deps.buckets).filter(({ part }) => !done.has(part));
  for (const [n, { bucket, lane, part }] of parts.entries()) {
    // The first is always done, or it would go round for ever.
    if (n > 0 && deps.clock.now() >= deadline) return 'again';
    await setLane(message.tenantId, bucket, lane, deps);
    await deps.holds.markDone(message, part, plusMs(deps.clock.now(), PASS_KEPT_MS));
  }
  await finish(before, await recordOf(message, deps), deps);
  return 'finished';
}

async function recordOf({ holdId }: LocksMessage, deps: LocksDeps): Promise<HoldRecord> {
  const record = await deps.holds.find(holdId);
  if (record === undefined) throw new UnknownWorkError(`hold ${holdId}`);
  return record;
}

/** A hold that was lifted in between has a pass of its own, which began after this one's beginning. */
async function finish(before: HoldRecord, after: HoldRecord, deps: LocksDeps): Promise<void> {
  const now = deps.clock.now();
  if (after.lifted === undefined) return deps.holds.applied(after.hold, now);
  if (before.lifted === undefined) return;
  await deps.holds.released(after.hold, now);
  await wake(after.hold.scope.tenantId, deps);
}

/** The engine decides whether they can go on; one that cannot waits again. */
async function wake(tenantId: string, deps: LocksDeps): Promise<void> {
  for (const status of WAITING) {
    let cursor: string | undefined;
    do {
      const page = await deps.requests.list(tenantId, status, LIST_PAGE, cursor);
      for (const { requestId } of page.items) await deps.outbox.send({ type: 'advance', requestId });
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
  }
}

interface Part {
  readonly bucket: LocksDeps['buckets'][number];
  readonly lane: Lane;
  /** Names the part in the pass's progress; holds no key. */
  readonly part: string;
}

/** A person is looked for under every shard, as an erasure does that wants to be sure. */
function partsOf({ tenantId, subjectId, dataClass }: HoldScope, buckets: LocksDeps['buckets']): Part[] {
  const target: Target =
    subjectId === undefined ? { scope: 'tenant', tenantId } : { scope: 'subject', tenantId, subjectId };
  return buckets
    .filter(({ store }) => dataClass === undefined || store.dataClass === dataClass)
    .flatMap((bucket) =>
      lanesOf(bucket.store, target, AS_LARGE_AS_CAN_BE, true)
        .filter(({ kind }) => kind === 'versions')
        .map((lane, n) => ({ bucket, lane, part: `${bucket.store.id}/${n}` })),
    );
}

/** Only versions can be locked; delete markers and unfinished uploads cannot. */
async function setLane(tenantId: string, bucket: Part['bucket'], lane: Lane, deps: LocksDeps): Promise<void> {
  let standing = await deps.holds.holdsOf(tenantId);
  let cursor: string | undefined;
  do {
    const page = await withBackoff(() => bucket.list(lane, cursor), deps.sleep);
    const versions = page.refs.filter(({ kind }) => kind === 'versions');
    standing = await setVersions(tenantId, bucket, versions, standing, deps);
    cursor = page.next;
  } while (cursor !== undefined);
}

/**
 * Whoever places or lifts a hold while this page is worked on may have passed it by already. So the holds are
 * read again afterwards, and the page is done anew while they are not the ones it was done with.
 *
 * @returns the holds that it was done with at last
 */
async function setVersions(
  tenantId: string,
  { store }: Part['bucket'],
  versions: readonly Ref[],
  standing: LegalHold[],
  deps: LocksDeps,
): Promise<LegalHold[]> {
  if (versions.length === 0) return standing;
  for (let holds = standing; ; ) {
    const isHeld = heldKeys(holds, store);
    await inParallel(versions, CALLS_AT_ONCE, (version) =>
      withBackoff(() => deps.locks.set(store, version, isHeld(version)), deps.sleep),
    );
    const after = await deps.holds.holdsOf(tenantId);
    if (sameHolds(holds, after)) return after;
    holds = after;
  }
}

/** A hold's scope never changes, so its id says it all. */
function sameHolds(a: readonly LegalHold[], b: readonly LegalHold[]): boolean {
  return a.length === b.length && a.every(({ holdId }, n) => holdId === b[n]?.holdId);
}
