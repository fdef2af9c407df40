import fc from 'fast-check';
import { bookKey, EndedBooks, endOfBook } from '../../../lambda/books/book-layout';
import { readBooks } from '../../../lambda/books/books-reader';
import type { ErasableStore, Ref } from '../../../lambda/erasure/ports';
import { placeOf, sealedObject } from '../../../lambda/sealing/vault-layout';
import { VaultView } from '../../../lambda/sealing/vault-view';
import { KEEPERS, RECORDS, sealingOf } from '../../support/sealing';
import { anyDay, sortKey } from './support';

const place = (number: string) =>
  placeOf({ kind: 'items', key: 'acme#03', part: sortKey('2026-05-04', number), partition: '' }, sealingOf(RECORDS));
const keyOf = (until: string, number = 'N-1') => bookKey(place(number).objectKey, until);
const version = (key: string): Ref => ({ kind: 'versions', key, part: 'v1', partition: 'acme/' });

describe('the key of a document in the books', () => {
  it('is one of the vault, and tells the day on which the lock ends', () => {
    fc.assert(
      fc.property(anyDay, (until) => {
        const key = keyOf(until);
        expect(sealedObject(key)).toMatchObject({ requestId: 'er-1', storeId: RECORDS.id, kind: 'items' });
        expect(endOfBook(key)).toBe(until);
      }),
    );
  });

  it('tells none where it is not of our making', () => {
    for (const key of ['acme/03/u-1/x', place('N-1').objectKey.replace(/i.{8}/, 'i99999999'), ''])
      expect(endOfBook(key)).toBeUndefined();
  });
});

describe('the books on a day', () => {
  const refs = ['2033-04-01', '2034-04-01', '2035-04-01'].map((until, i) => version(keyOf(until, `N-${i}`)));
  const erased: Ref[] = [];
  const bucket: ErasableStore = {
    store: KEEPERS.vaultBucket,
    batchSize: 1000,
    list: () => Promise.resolve({ refs: [...refs] }),
    erase: (batch) => {
      erased.push(...batch);
      return Promise.resolve([]);
    },
    isLocked: () => Promise.resolve(true),
  };
  const freed = (...days: string[]) =>
    new VaultView(new EndedBooks(bucket, new Set(days)), { requestId: 'er-1', storeIds: new Set([RECORDS.id]) });

  it('show the documents of the days that are free, and erase nothing else', async () => {
    const lane = { kind: 'versions', prefix: 'acme/' } as const;
    expect((await freed().list(lane)).refs).toEqual([]);
    expect((await freed('2033-04-01', '2034-04-01').list(lane)).refs).toEqual(refs.slice(0, 2));
    await freed('2033-04-01', '2034-04-01').erase(refs.slice(0, 2));
    expect(erased).toEqual(refs.slice(0, 2));
    await expect(freed('2034-04-01').erase(refs)).rejects.toThrow('the books give out only what has ended');
    expect(await freed('2034-04-01').isLocked(version(''))).toBe(true);
  });

  it('are counted by the second reader for each day', async () => {
    const thing = (until: string, more = {}) => {
      const name = sealedObject(keyOf(until));
      if (name === undefined) throw new Error('no name');
      return { ...name, as: 'versions' as const, ...more };
    };
    async function* pages() {
      yield [thing('2034-04-01'), thing('2033-04-01'), thing('2034-04-01', { storeId: 'other' })];
      yield [thing('2034-04-01'), thing('2034-04-01', { as: 'deleteMarkers' })];
    }
    const target = { scope: 'tenant', tenantId: 'acme' } as const;
    const of = { target, requestId: 'er-1', storeId: RECORDS.id };
    expect(await readBooks(of, { objects: pages })).toEqual({
      sealed: { versions: 0, deleteMarkers: 0, uploads: 0, items: 3 },
      remains: { versions: 3, deleteMarkers: 1, uploads: 0, items: 0 },
      ends: [
        { until: '2033-04-01', documents: 1 },
        { until: '2034-04-01', documents: 2 },
      ],
    });
  });
});
