import { StoreFaultError } from '../../../lambda/erasure/errors';
import type { ErasableStore, Ref } from '../../../lambda/erasure/ports';
import { HOLD_CACHE_MS, withHolds } from '../../../lambda/holds/held-store';
import type { LegalHold } from '../../../lambda/holds/hold';
import { objectKey } from '../../../lambda/shared/layout';
import { FILES, holdOn, SHARDS } from './support';

function ref(subjectId: string, part = 'v1'): Ref {
  return { kind: 'versions', key: objectKey('acme', subjectId, 'a.pdf', SHARDS), part, partition: '' };
}

/** A store and a list of holds, both of which a test can change while the eraser works. */
function world(holds: LegalHold[] = []) {
  const state = { time: 0, holds, readings: 0, broken: false, erased: [] as Ref[], locked: false };
  const inner: ErasableStore = {
    store: FILES,
    batchSize: 1_000,
    list: () => Promise.resolve({ refs: [ref('p1')] }),
    erase: (batch) => {
      state.erased.push(...batch);
      return Promise.resolve([]);
    },
    isLocked: () => Promise.resolve(state.locked),
  };
  const reader = {
    holdsOf: () => {
      state.readings += 1;
      return state.broken ? Promise.reject(new Error('malformed item')) : Promise.resolve(state.holds);
    },
  };
  return { state, store: withHolds(inner, reader, 'acme', { now: () => new Date(state.time) }) };
}

describe('a store under holds', () => {
  it('erases what no hold keeps, and gives the rest back as denied and locked', async () => {
    const { state, store } = world([holdOn({ subjectId: 'p1' })]);
    const refusals = await store.erase([ref('p1'), ref('p2')]);
    expect(refusals).toEqual([{ ref: ref('p1'), cause: 'denied' }]);
    expect(state.erased).toEqual([ref('p2')]);
    expect([await store.isLocked(ref('p1')), await store.isLocked(ref('p2'))]).toEqual([true, false]);
  });

  it('does not trouble the store with a batch that is held whole', async () => {
    const { state, store } = world([holdOn()]);
    expect(await store.erase([ref('p1'), ref('p2')])).toHaveLength(2);
    expect(state.erased).toEqual([]);
  });

  it('says locked also where the store itself locks', async () => {
    const { state, store } = world();
    state.locked = true;
    expect(await store.isLocked(ref('p1'))).toBe(true);
  });

  it('obeys a hold that is placed between two batches, after five seconds at the latest', async () => {
    const { state, store } = world();
    await store.erase([ref('p1', 'v1')]);
    state.holds = [holdOn()];
    state.time = HOLD_CACHE_MS - 1;
    await store.erase([ref('p1', 'v2')]);
    state.time = HOLD_CACHE_MS;
    expect(await store.erase([ref('p1', 'v3')])).toEqual([{ ref: ref('p1', 'v3'), cause: 'denied' }]);
    expect(state.erased.map(({ part }) => part)).toEqual(['v1', 'v2']);
  });

  it('reads again when the clock was put back', async () => {
    const { state, store } = world();
    state.time = 60_000;
    await store.erase([ref('p1')]);
    state.holds = [holdOn()];
    state.time = 59_000;
    expect(await store.erase([ref('p1')])).toHaveLength(1);
  });

  it('goes on when the hold is lifted', async () => {
    const { state, store } = world([holdOn()]);
    await store.erase([ref('p1')]);
    state.holds = [];
    state.time = HOLD_CACHE_MS;
    expect(await store.erase([ref('p1')])).toEqual([]);
    expect(state.erased).toEqual([ref('p1')]);
  });

  it('erases nothing while the holds cannot be read, and reads anew at the next try', async () => {
    const { state, store } = world();
    state.broken = true;
    await expect(store.erase([ref('p1')])).rejects.toBeInstanceOf(StoreFaultError);
    await expect(store.isLocked(ref('p1'))).rejects.toBeInstanceOf(StoreFaultError);
    expect(state.erased).toEqual([]);
    state.broken = false;
    await store.erase([ref('p1')]);
    expect(state.erased).toEqual([ref('p1')]);
  });

  it('reads once for batches that run side by side', async () => {
    const { state, store } = world();
    await Promise.all(Array.from({ length: 8 }, (_, n) => store.erase([ref('p1', `v${n}`)])));
    expect([state.readings, state.erased.length]).toEqual([1, 8]);
  });

  it('lists as before: what is held is found and counted', async () => {
    const { store } = world([holdOn()]);
    expect((await store.list({ kind: 'versions', prefix: 'acme/' })).refs).toHaveLength(1);
  });
});
