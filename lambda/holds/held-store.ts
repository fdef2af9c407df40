import { StoreFaultError } from '../erasure/errors';
import type { ErasableStore, Ref, Refusal } from '../erasure/ports';
import type { Clock } from '../shared/clock';
import type { Store } from '../shared/inventory';
import { type HeldKeys, heldKeys } from './cover';
import type { HoldReader } from './hold';

/** How long what was read counts: so much later a new hold stops the very next batch. */
export const HOLD_CACHE_MS = 5_000;

/**
 * A store that refuses what a legal hold of the tenant keeps: such things come back as `denied`, and are
 * locked when asked. All else is done by `inner`, which never hears of them.
 *
 * Where the holds cannot be read nothing is erased: `erase` and `isLocked` throw StoreFaultError.
 *
 * @param sources for a keeper of sealed things: the stores that they came from
 */
export function withHolds(
  inner: ErasableStore,
  reader: HoldReader,
  tenantId: string,
  clock: Clock,
  sources?: readonly Store[],
): ErasableStore {
  let known: { readonly at: number; readonly held: Promise<HeldKeys> } | undefined;

  /** Batches that run side by side share one reading. A failed one counts for those that wait for it, and no longer. */
  const held = (): Promise<HeldKeys> => {
    const at = clock.now().getTime();
    if (known !== undefined && at >= known.at && at - known.at < HOLD_CACHE_MS) return known.held;
    const reading = { at, held: read() };
    known = reading;
    reading.held.catch(() => {
      if (known === reading) known = undefined;
    });
    return reading.held;
  };

  const read = async (): Promise<HeldKeys> => {
    try {
      return heldKeys(await reader.holdsOf(tenantId), inner.store, sources);
    } catch (cause) {
      throw new StoreFaultError(inner.store.id, { cause });
    }
  };

  return {
    store: inner.store,
    batchSize: inner.batchSize,
    windowSize: inner.windowSize,
    list: (lane, cursor) => inner.list(lane, cursor),
    async erase(batch) {
      const isHeld = await held();
      const kept: Refusal[] = [];
      const free: Ref[] = [];
      for (const ref of batch) {
        if (isHeld(ref)) kept.push({ ref, cause: 'denied' });
        else free.push(ref);
      }
      return free.length === 0 ? kept : [...kept, ...(await inner.erase(free))];
    },
    async isLocked(ref) {
      return (await held())(ref) || inner.isLocked(ref);
    },
  };
}
