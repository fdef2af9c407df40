import fc from 'fast-check';
import type { Ref, Target } from '../../../lambda/erasure/ports';
import { coversAny, coversTarget, heldKeys, type ThingKey } from '../../../lambda/holds/cover';
import type { LegalHold } from '../../../lambda/holds/hold';
import { placeOf } from '../../../lambda/sealing/vault-layout';
import type { Store } from '../../../lambda/shared/inventory';
import { itemKey, objectKey, SHARED, shardNames } from '../../../lambda/shared/layout';
import { EXPORTS, FILES, holdOn, LIVE, RECORDS, SHARDS, VAULT_BUCKET, VAULT_TABLE } from './support';

const SUBJECTS = ['p1', 'p10', 'p2'] as const;
const subject = fc.constantFrom(...SUBJECTS);
const tenant = fc.constantFrom('acme', 'acme-2');
const anyHold: fc.Arbitrary<LegalHold> = fc
  .record({
    tenantId: tenant,
    subjectId: fc.option(subject, { nil: undefined }),
    dataClass: fc.option(fc.constantFrom(...LIVE.map((store) => store.dataClass)), { nil: undefined }),
  })
  .map((scope) => holdOn(scope));
const anyTarget: fc.Arbitrary<Target> = fc.oneof(
  tenant.map((tenantId): Target => ({ scope: 'tenant', tenantId })),
  fc.tuple(tenant, subject).map(([tenantId, subjectId]): Target => ({ scope: 'subject', tenantId, subjectId })),
);
const anyStore = fc.constantFrom(...LIVE);
const anyShard = fc.constantFrom(...shardNames(SHARDS), 'zz', '', '0');
/** Keys in the layout and keys that ignore it. */
const anyPiece = fc.constantFrom(...SUBJECTS, SHARED, '', 'a b', 'नमस्ते', 'x/y', 'x#y');

function anyThing(store: Store): fc.Arbitrary<ThingKey> {
  const pieces = fc.tuple(tenant, anyShard, fc.array(anyPiece, { maxLength: 4 }));
  return pieces.map(([tenantId, shard, rest]) =>
    store.kind === 's3'
      ? { key: [tenantId, shard, ...rest].join('/'), part: 'v1' }
      : { key: `${tenantId}#${shard}`, part: rest.join('#') },
  );
}

const storeAndThing = anyStore.chain((store) => anyThing(store).map((thing) => ({ store, thing })));

/** Whether an erasure of the target would come upon the thing: all below the tenant, a person under every shard. */
function isListed({ key, part }: ThingKey, store: Store, target: Target): boolean {
  const [mark, name] = store.kind === 's3' ? ['/', key] : ['#', `${key}#${part}`];
  const below = (...pieces: string[]) => name.startsWith([target.tenantId, ...pieces, ''].join(mark));
  if (target.subjectId === undefined) return below();
  const { subjectId } = target;
  const shared = store.subjectErasure === 'own-and-shared' && below(SHARED);
  return shared || shardNames(SHARDS).some((shard) => below(shard, subjectId));
}

const objectOf = (subjectId: string) => ({ key: objectKey('acme', subjectId, 'a.pdf', SHARDS), part: 'v1' });
const rowOf = (subjectId: string) => {
  const { pk, sk } = itemKey('acme', subjectId, 'note#1', SHARDS);
  return { key: pk, part: sk };
};

describe('a hold', () => {
  it('that covers a target covers each of its things, and one that covers none of it covers none of them', () => {
    fc.assert(
      fc.property(anyHold, storeAndThing, anyTarget, (hold, { store, thing }, target) => {
        fc.pre(isListed(thing, store, target));
        const held = heldKeys([hold], store)(thing);
        if (coversTarget(hold, store, target)) expect(held).toBe(true);
        if (held) expect(coversAny(hold, store, target)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it('never lets anything go that was held without it', () => {
    fc.assert(
      fc.property(fc.array(anyHold, { maxLength: 4 }), anyHold, storeAndThing, (holds, another, { store, thing }) => {
        if (heldKeys(holds, store)(thing)) expect(heldKeys([...holds, another], store)(thing)).toBe(true);
      }),
    );
  });

  it('keeps nothing of another tenant, and none that stands keeps nothing', () => {
    fc.assert(
      fc.property(anyHold, storeAndThing, (hold, { store, thing }) => {
        expect(heldKeys([], store)(thing)).toBe(false);
        const [tenantId] = thing.key.split(store.kind === 's3' ? '/' : '#');
        if (tenantId !== hold.scope.tenantId) expect(heldKeys([hold], store)(thing)).toBe(false);
      }),
    );
  });

  it('on a tenant keeps whatever begins with its name', () => {
    fc.assert(
      fc.property(storeAndThing, ({ store, thing }) => {
        const tenantId = thing.key.startsWith('acme-2') ? 'acme-2' : 'acme';
        expect(heldKeys([holdOn({ tenantId })], store)(thing)).toBe(true);
      }),
    );
  });

  it('on one person keeps hers, under any shard, and nobody else’s', () => {
    const held = heldKeys([holdOn({ subjectId: 'p1' })], FILES);
    expect(held(objectOf('p1'))).toBe(true);
    expect(held(objectOf('p10'))).toBe(false);
    for (const shard of shardNames(SHARDS)) expect(held({ key: `acme/${shard}/p1/a`, part: 'v' })).toBe(true);
    const heldRow = heldKeys([holdOn({ subjectId: 'p1' })], RECORDS);
    expect([heldRow(rowOf('p1')), heldRow(rowOf('p10')), heldRow(rowOf(SHARED))]).toEqual([true, false, false]);
  });

  it('on one person keeps what is shared only where that may hold her', () => {
    const hold = holdOn({ subjectId: 'p1' });
    expect(heldKeys([hold], EXPORTS)(objectOf(SHARED))).toBe(true);
    expect(heldKeys([hold], FILES)(objectOf(SHARED))).toBe(false);
    const other: Target = { scope: 'subject', tenantId: 'acme', subjectId: 'p2' };
    expect([coversAny(hold, EXPORTS, other), coversTarget(hold, EXPORTS, other)]).toEqual([true, false]);
    expect(coversAny(hold, FILES, other)).toBe(false);
  });

  it.each([
    ['no shard', 'acme/loose.txt'],
    ['an unknown shard', 'acme/zz/p2/a'],
    ['no subject', 'acme/00/'],
    ['a subject without an end', 'acme/00/p2'],
    ['an impossible subject', 'acme/00/a@b/c'],
    ['no tenant', 'loose.txt'],
  ])('keeps an object whose key has %s', (_what, key) => {
    expect(heldKeys([holdOn({ subjectId: 'p1' })], FILES)({ key, part: 'v' })).toBe(true);
    expect(heldKeys([holdOn({ subjectId: 'p1', tenantId: 'other' })], FILES)({ key, part: 'v' })).toBe(
      !key.includes('/'),
    );
  });

  it.each([
    ['two separators too many', 'acme#00#x', 'p2#row'],
    ['a sort key without a separator', 'acme#00', 'p2'],
    ['a shared sort key without a separator', 'acme#_', 'p2'],
    ['an unknown shard', 'acme#zz', 'p2#row'],
    ['no separator at all', 'acme', 'p2#row'],
  ])('keeps a row whose keys have %s', (_what, key, part) => {
    expect(heldKeys([holdOn({ subjectId: 'p1' })], RECORDS)({ key, part })).toBe(true);
  });

  it('on a class keeps stores of that class alone', () => {
    const hold = holdOn({ dataClass: 'crm-records' });
    const acme: Target = { scope: 'tenant', tenantId: 'acme' };
    expect(LIVE.map((store) => coversTarget(hold, store, acme))).toEqual([false, false, true]);
    expect(heldKeys([hold], FILES)({ key: 'acme/loose.txt', part: 'v' })).toBe(false);
  });
});

describe('in the vault a hold', () => {
  const acme: Target = { scope: 'tenant', tenantId: 'acme' };
  const placed = (subjectId: string, storeId: string, target = acme) => {
    const source = { ...FILES, id: storeId };
    const keyArn = '';
    const keepers = {
      vaultBucket: { ...VAULT_BUCKET, kind: 's3' as const, keyArn },
      vaultTable: { ...VAULT_TABLE, kind: 'dynamodb' as const, keyArn },
    };
    const ref: Ref = { ...objectOf(subjectId), kind: 'versions', partition: '' };
    return placeOf(ref, { requestId: 'er-1', target, source, keepers });
  };
  const sealed = (...of: Parameters<typeof placed>) => ({ key: placed(...of).objectKey, part: 'v1' });
  const sealedRow = (...of: Parameters<typeof placed>) => ({ key: placed(...of).pk, part: placed(...of).sk });

  it('on a class keeps what came from its stores', () => {
    const hold = holdOn({ dataClass: 'crm-records' });
    for (const [store, of] of [
      [VAULT_BUCKET, sealed],
      [VAULT_TABLE, sealedRow],
    ] as const) {
      const held = heldKeys([hold], store, LIVE);
      expect([held(of('p1', 'crm-records')), held(of('p1', 'customer-files'))]).toEqual([true, false]);
    }
  });

  it('keeps what names no store that is known', () => {
    const held = heldKeys([holdOn({ dataClass: 'crm-records' })], VAULT_BUCKET, LIVE);
    expect([held(sealed('p1', 'gone-store')), held({ key: 'acme/00/p1/er-1', part: 'v' })]).toEqual([true, true]);
  });

  it('on a person keeps what was shared only where it came from a store that may hold her', () => {
    const held = heldKeys([holdOn({ subjectId: 'p1' })], VAULT_BUCKET, LIVE);
    expect([held(sealed(SHARED, 'exports')), held(sealed(SHARED, 'customer-files'))]).toEqual([true, false]);
    const heldRow = heldKeys([holdOn({ subjectId: 'p1' })], VAULT_TABLE, LIVE);
    expect([heldRow(sealedRow(SHARED, 'exports')), heldRow(sealedRow(SHARED, 'crm-records'))]).toEqual([true, false]);
    expect([held(sealed('p1', 'customer-files')), held(sealed('p2', 'customer-files'))]).toEqual([true, false]);
  });

  it('on a person keeps what was shared and went with somebody else', () => {
    const held = heldKeys([holdOn({ subjectId: 'p1' })], VAULT_BUCKET, LIVE);
    const p2: Target = { scope: 'subject', tenantId: 'acme', subjectId: 'p2' };
    expect([held(sealed(SHARED, 'exports', p2)), held(sealed('p2', 'customer-files', p2))]).toEqual([true, false]);
  });

  it('on a class may keep some of a target there, never surely all', () => {
    const hold = holdOn({ dataClass: 'exports' });
    expect(coversTarget(hold, VAULT_BUCKET, acme, LIVE)).toBe(false);
    expect(coversAny(hold, VAULT_BUCKET, acme, LIVE)).toBe(true);
    expect(coversTarget(holdOn(), VAULT_BUCKET, acme, LIVE)).toBe(true);
  });
});
