import { withBackoff } from '../erasure/backoff';
import type { Store } from '../shared/inventory';
import { shardNames, shardPrefix } from '../shared/layout';
import { BatchRunner } from './batch-runner';
import { NoProgressError } from './errors';
import type { HideDeps, WorkDone } from './hide';
import type { RecoveryKey } from './model';
import { OwnMarkers } from './own-markers';
import type { HidingTrace, RevealingStore, WorkLedger } from './ports';

export interface RevealDeps extends Omit<HideDeps, 'ledger'> {
  readonly ledger: Pick<WorkLedger, 'closeWindow'>;
}

/** `position`: the shard at which another invocation goes on. Never a key. */
export interface RevealDone extends WorkDone {
  readonly position?: string;
}

/**
 * Removes hiding's own delete markers (window.ts says how they are told), so that every object is what it was,
 * with the version id, metadata and time it had.
 *
 * May be killed anywhere and called again, also twice at the same time: a marker that is gone is not listed.
 * Versions stay listed, so an invocation that runs out of time says which shard it had reached, and the
 * next one lists from there.
 *
 * @throws NoProgressError when one shard is too large for one invocation, and what BatchRunner throws
 */
export async function revealObjects(
  key: RecoveryKey,
  trace: HidingTrace,
  store: RevealingStore,
  deps: RevealDeps,
): Promise<RevealDone> {
  if (trace.since === undefined) return { outcome: 'finished', count: 0 };
  const runner = new BatchRunner({
    storeId: key.storeId,
    batchSize: store.batchSize,
    call: (batch) => store.unmark(batch),
    pacer: deps.pacer,
    sleep: deps.sleep,
  });
  const list = (cursor?: string) =>
    withBackoff(() => store.listVersions(key.tenantId, trace.position, cursor), deps.sleep);

  let page = await list();
  const until = await deps.ledger.closeWindow(key, page.at);
  const markers = new OwnMarkers({ since: trace.since, until });
  let last = '';
  for (;;) {
    await runner.add(markers.of(page.things));
    last = page.things.at(-1)?.key ?? last;
    if (page.next === undefined) break;
    if (deps.stopwatch.now() >= deps.deadline) {
      await runner.flush();
      const position = shardReached(store.store, key.tenantId, last) ?? trace.position;
      if (runner.count === 0 && position === trace.position) throw new NoProgressError(key.storeId);
      return { outcome: 'again', count: runner.count, position };
    }
    page = await list(page.next);
  }
  await runner.flush();
  return { outcome: 'finished', count: runner.count };
}

/** The last shard that begins before this key; what comes before that shard has been listed whole. */
function shardReached({ shards }: Store, tenantId: string, key: string): string | undefined {
  return shardNames(shards).findLast((shard) => shardPrefix(tenantId, shard) < key);
}
