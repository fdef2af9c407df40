import type { PlanStore, Step } from '../../../lambda/erasure/model';
import type { ErasableStore, Ref } from '../../../lambda/erasure/ports';
import type { Vault } from '../../../lambda/sealing/ports';
import { readSealed, type VaultThing } from '../../../lambda/sealing/seal-reader';
import { vaultFor } from '../../../lambda/sealing/vault-for';
import { placeOf, type SealedKind, sealedObject, sealedRow } from '../../../lambda/sealing/vault-layout';
import { VaultView } from '../../../lambda/sealing/vault-view';
import { shardOf } from '../../../lambda/shared/layout';
import { FILES, KEEPERS, RECORDS, sealingOf } from '../../support/sealing';

const object = (key: string, part = 'v1'): Ref => ({ kind: 'versions', key, part, partition: '' });
const row = (key: string, part: string): Ref => ({ kind: 'items', key, part, partition: key });
const shard = (subject: string) => shardOf(subject, KEEPERS.vaultBucket.shards);

describe('the place of a sealed thing', () => {
  it('is the person’s of its key, so that a hold on her finds it', () => {
    const place = placeOf(object('acme/01/p-1/a/b.pdf'), sealingOf(FILES));
    expect(place.objectKey).toMatch(new RegExp(`^acme/${shard('p-1')}/p-1/er-1/customer-files/v[0-9a-f]{32}$`));
    expect(place.pk).toBe(`acme#${shard('p-1')}`);
    expect(place.sk).toMatch(/^p-1#er-1#customer-files#v[0-9a-f]{32}$/);
  });

  it.each([
    ['an object that the tenant shares', FILES, object('acme/_/logo.png')],
    ['an object outside the layout', FILES, object('acme/loose')],
    ['an object under a name that is no id', FILES, object('acme/01/p 1/a')],
    ['a row that the tenant shares', RECORDS, row('acme#_', '_#settings')],
    ['a row outside the layout', RECORDS, row('acme#01', 'settings')],
  ])('is the tenant’s for %s', (_what, source, ref) => {
    const { objectKey, pk, sk } = placeOf(ref, sealingOf(source));
    expect(objectKey.split('/').slice(0, 4)).toEqual(['acme', '_', '_', 'er-1']);
    expect([pk, sk.split('#')[0]]).toEqual(['acme#_', '_']);
    expect(sealedObject(objectKey)?.requestId).toBe('er-1');
    expect(sealedRow(sk)?.storeId).toBe(source.id);
  });

  it('is hers for all that one person’s erasure takes, also for what the tenant shares', () => {
    const target = { scope: 'subject', tenantId: 'acme', subjectId: 'p-2' } as const;
    for (const key of ['acme/_/all.csv', 'acme/01/p-2/own.csv'])
      expect(placeOf(object(key), sealingOf(FILES, { target })).objectKey).toContain(`acme/${shard('p-2')}/p-2/er-1/`);
  });

  it('is another one for another version, kind, content, store or request', () => {
    const places = [
      placeOf(object('acme/01/p-1/a'), sealingOf(FILES)),
      placeOf(object('acme/01/p-1/a', 'v2'), sealingOf(FILES)),
      placeOf({ ...object('acme/01/p-1/a'), kind: 'deleteMarkers' }, sealingOf(FILES)),
      placeOf(object('acme/01/p-1/a'), sealingOf({ ...FILES, id: 'exports' })),
      placeOf(object('acme/01/p-1/a'), sealingOf(FILES, { requestId: 'er-2' })),
      placeOf(row('acme#01', 'p-1#a'), sealingOf(RECORDS), 'aa'),
      placeOf(row('acme#01', 'p-1#a'), sealingOf(RECORDS), 'bb'),
    ];
    expect(new Set(places.map(({ sk }) => sk)).size).toBe(places.length);
    expect(new Set(places.map(({ objectKey }) => objectKey)).size).toBe(places.length);
  });

  it('has no room for uploads, which are not sealed', () => {
    expect(() => placeOf({ ...object('acme/01/p-1/a'), kind: 'uploads' }, sealingOf(FILES))).toThrow('not sealed');
  });

  it.each(['acme/07/p-1/er-1/customer-files', 'acme/07/p-1/er-1/customer-files/x00', 'a/b/c/d/e/f/g', ''])(
    'is not read out of "%s"',
    (key) => {
      expect(sealedObject(key)).toBeUndefined();
      expect(sealedRow(key.replaceAll('/', '#'))).toBeUndefined();
    },
  );
});

describe('the view of the vault when a seal ends', () => {
  const mine = placeOf(object('acme/01/p-1/a'), sealingOf(FILES));
  const otherStore = placeOf(object('acme/01/p-1/a'), sealingOf({ ...FILES, id: 'exports' }));
  const otherRequest = placeOf(object('acme/01/p-1/a'), sealingOf(FILES, { requestId: 'er-2' }));
  const erased: Ref[] = [];
  const inner: ErasableStore = {
    store: KEEPERS.vaultBucket,
    batchSize: 1_000,
    list: () =>
      Promise.resolve({
        refs: [mine, otherStore, otherRequest].flatMap((place) => [object(place.objectKey), row(place.pk, place.sk)]),
        next: 'more',
      }),
    erase: (batch) => {
      erased.push(...batch);
      return Promise.resolve([]);
    },
    isLocked: () => Promise.resolve(true),
  };
  const view = new VaultView(inner, { requestId: 'er-1', storeIds: new Set(['customer-files']) });

  it('shows what ends, and goes on where the listing goes on', async () => {
    const { refs, next } = await view.list({ kind: 'versions', prefix: 'acme/' });
    expect(refs).toEqual([object(mine.objectKey), row(mine.pk, mine.sk)]);
    expect(next).toBe('more');
    expect(await view.isLocked(object(mine.objectKey))).toBe(true);
  });

  it('erases nothing of a batch in which something does not end', async () => {
    await expect(view.erase([object(mine.objectKey), object(otherRequest.objectKey)])).rejects.toThrow('what ends');
    expect(erased).toEqual([]);
    await view.erase([object(mine.objectKey)]);
    expect(erased).toHaveLength(1);
  });

  it('shows nothing while nothing ends', async () => {
    const empty = new VaultView(inner, { requestId: 'er-1', storeIds: new Set() });
    expect((await empty.list({ kind: 'versions', prefix: 'acme/' })).refs).toEqual([]);
  });
});

describe('counting what lies sealed', () => {
  const thing = (kind: SealedKind, name: string, as: VaultThing['as'], storeId = 'customer-files'): VaultThing => ({
    requestId: 'er-1',
    storeId,
    kind,
    name,
    as,
  });
  const read = (rows: VaultThing[], objects: VaultThing[]) =>
    readSealed(
      { target: { scope: 'tenant', tenantId: 'acme' }, requestId: 'er-1', storeId: 'customer-files' },
      {
        async *rows() {
          yield rows;
        },
        async *objects() {
          yield objects;
        },
      },
    );

  it('takes a version for sealed when it has both description and copy', async () => {
    const { sealed, remains } = await read(
      [thing('versions', 'v1', 'items'), thing('versions', 'v2', 'items'), thing('deleteMarkers', 'm1', 'items')],
      [thing('versions', 'v1', 'versions'), thing('versions', 'v3', 'versions'), thing('versions', 'v2', 'uploads')],
    );
    expect(sealed).toEqual({ versions: 1, deleteMarkers: 1, uploads: 0, items: 0 });
    expect(remains).toEqual({ versions: 2, deleteMarkers: 0, uploads: 1, items: 3 });
  });

  it('counts a version once however often it was copied, and no other store', async () => {
    const copies = [thing('versions', 'v1', 'versions'), thing('versions', 'v1', 'versions')];
    const { sealed, remains } = await read(
      [thing('versions', 'v1', 'items'), thing('items', 'i1', 'items'), thing('versions', 'v9', 'items', 'exports')],
      [...copies, thing('versions', 'v9', 'versions', 'exports')],
    );
    expect(sealed).toEqual({ versions: 1, deleteMarkers: 0, uploads: 0, items: 1 });
    expect(remains).toEqual({ versions: 2, deleteMarkers: 0, uploads: 0, items: 2 });
  });
});

describe('counting rows that changed while they were sealed', () => {
  it('takes all states of a row for the one row it was', async () => {
    const names = ['aa', 'bb'].map((sha256) => placeOf(row('acme#01', 'p-1#a'), sealingOf(RECORDS), sha256.repeat(32)));
    const other = placeOf(row('acme#01', 'p-1#b'), sealingOf(RECORDS), 'aa'.repeat(32));
    const rows = [...names, other]
      .map(({ sk }) => sealedRow(sk))
      .flatMap((name) => (name === undefined ? [] : [{ ...name, as: 'items' as const }]))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    const { sealed, remains } = await readSealed(
      { target: { scope: 'tenant', tenantId: 'acme' }, requestId: 'er-1', storeId: 'crm-records' },
      {
        async *rows() {
          for (const each of rows) yield [each];
        },
        async *objects() {},
      },
    );
    expect([sealed.items, remains.items]).toEqual([2, 3]);
  });
});

describe('where a step keeps what it takes', () => {
  const key = { requestId: 'er-1', round: 1, storeId: 'customer-files', part: 0 };
  const vault: Vault = { secure: () => Promise.resolve({ outcome: 'kept' }) };
  const choose = (step: Partial<Step> | undefined, plan: Partial<PlanStore> | undefined) =>
    vaultFor(
      key,
      { step: step as Step | undefined, plan: plan as PlanStore | undefined, of: sealingOf(FILES) },
      { whole: () => vault },
    );

  it('is the vault for what is sealed, also where the plan had meant to erase it', () => {
    expect(choose({ action: 'seal' }, { action: 'seal', documents: null })).toBe(vault);
    expect(choose({ action: 'seal' }, { action: 'erase', documents: null })).toBe(vault);
  });

  it.each([
    ['there is no step', undefined, { action: 'seal', documents: null }],
    ['there is no plan', { action: 'seal' }, undefined],
    ['the step only erases', { action: 'erase' }, { action: 'erase', documents: null }],
    ['the step only erases what the plan seals', { action: 'erase' }, { action: 'seal', documents: null }],
    ['nobody keeps books', { action: 'seal' }, { action: 'seal', documents: 'tax-invoice' }],
    ['nobody anonymises', { action: 'anonymise' }, { action: 'anonymise', documents: null }],
  ] as const)('is nowhere when %s, and nothing goes', (_why, step, plan) => {
    expect(() => choose(step, plan)).toThrow('is not known');
  });
});
