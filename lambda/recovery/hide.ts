import { withBackoff } from '../erasure/backoff';
import { StoreFaultError } from '../erasure/errors';
import type { Pacer } from '../erasure/pacer';
import type { Ref } from '../erasure/ports';
import type { Clock, Sleep } from '../shared/clock';
import { BatchRunner } from './batch-runner';
import { NoProgressError, StillWrittenError } from './errors';
import type { RecoveryKey } from './model';
import type { HidingStore, ListPage, WorkLedger } from './ports';
import { waitBeforeMarking, windowStart } from './window';

export interface HideDeps {
  readonly ledger: Pick<WorkLedger, 'openWindow'>;
  readonly pacer: Pacer;
  readonly sleep: Sleep;
  /** Real time, for the deadline. */
  readonly stopwatch: Clock;
  /** After this the rest is left to another invocation. */
  readonly deadline: Date;
}

/** What an invocation did with a store. */
export interface WorkDone {
  readonly outcome: 'finished' | 'again';
  /** Objects hidden or revealed. */
  readonly count: number;
}

/** Listings until one finds nothing: a late writer costs one more, a busy one is an error. */
const MOST_PASSES = 5;
/** Looks at the store's clock before it counts as standing still. */
const MOST_LOOKS = 10;

/**
 * Puts a delete marker on every current object of a tenant, until a listing finds none.
 *
 * May be killed anywhere and called again, also twice at the same time: what is hidden is not listed any more,
 * and a second marker on an object is removed together with the first (own-markers.ts). Versions, older
 * markers and unfinished uploads are not touched.
 *
 * @throws StillWrittenError, NoProgressError, and what BatchRunner throws
 */
export async function hideObjects(key: RecoveryKey, store: HidingStore, deps: HideDeps): Promise<WorkDone> {
  const list = (cursor?: string) => withBackoff(() => store.listCurrent(key.tenantId, cursor), deps.sleep);
  const runner = new BatchRunner({
    storeId: key.storeId,
    batchSize: store.batchSize,
    call: (batch) => store.mark(batch),
    pacer: deps.pacer,
    sleep: deps.sleep,
  });
  try {
    return await hideAll(key, list, runner, deps);
  } finally {
    // Whoever is told that this worker has ended may rely on it.
    await runner.idle();
  }
}

type List = (cursor?: string) => Promise<ListPage<Ref>>;

async function hideAll(key: RecoveryKey, list: List, runner: BatchRunner, deps: HideDeps): Promise<WorkDone> {
  let page = await list();
  if (isEmpty(page)) return { outcome: 'finished', count: 0 };
  page = await untilMarkersAreOurs(key, page, list, deps);
  for (let pass = 1; !isEmpty(page); pass++) {
    if (pass > MOST_PASSES) throw new StillWrittenError(key.storeId);
    for (;;) {
      await runner.add(page.things);
      if (page.next === undefined) break;
      if (deps.stopwatch.now() >= deps.deadline) {
        await runner.flush();
        if (runner.count === 0) throw new NoProgressError(key.storeId);
        return { outcome: 'again', count: runner.count };
      }
      page = await list(page.next);
    }
    await runner.flush();
    page = await list();
  }
  return { outcome: 'finished', count: runner.count };
}

/** Opens the window and waits until the store's clock has passed its start; the page that shows this is current. */
async function untilMarkersAreOurs(key: RecoveryKey, first: ListPage<Ref>, list: List, deps: HideDeps) {
  const since = await deps.ledger.openWindow(key, windowStart(first.at));
  let page = first;
  for (let look = 1; ; look++) {
    const wait = waitBeforeMarking(page.at, since);
    if (wait === 0) return page;
    if (look > MOST_LOOKS) throw new StoreFaultError(key.storeId);
    await deps.sleep(wait);
    page = await list();
  }
}

function isEmpty(page: ListPage<Ref>): boolean {
  return page.things.length === 0 && page.next === undefined;
}
