import fc from 'fast-check';
import { lanesOf, lanesOfPart, partCount } from '../../../lambda/erasure/lanes';
import type { Lane, Target } from '../../../lambda/erasure/ports';
import type { Store } from '../../../lambda/shared/inventory';
import { itemKey, objectKey, SHARED } from '../../../lambda/shared/layout';

const store = (kind: Store['kind'], subjectErasure: Store['subjectErasure'] = 'own'): Store => ({
  id: 'customer-files',
  kind,
  name: 'files',
  region: 'ap-south-1',
  dataRole: 'tenant',
  dataClass: 'customer-files',
  shards: 16,
  objectLock: false,
  subjectErasure,
  recovery: 'restorable',
  documents: null,
});

const id = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,12}$/);
const rest = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 });
const tenant = (tenantId: string): Target => ({ scope: 'tenant', tenantId });
const subject = (tenantId: string, subjectId: string): Target => ({ scope: 'subject', tenantId, subjectId });

/** Lanes that would list the key, as S3 and DynamoDB list. */
function listing(lanes: readonly Lane[], kind: Lane['kind'], key: string, sort = ''): Lane[] {
  return lanes.filter((lane) => {
    if (lane.kind !== kind) return false;
    if (kind === 'items') return lane.prefix === key && sort.startsWith(lane.sortKeyPrefix ?? '');
    const within = (lane.from === undefined || key > lane.from) && (lane.until === undefined || key <= lane.until);
    return key.startsWith(lane.prefix) && within;
  });
}

describe('the lanes of a tenant', () => {
  it('list each of its objects exactly once, even where the key ignores the layout', () => {
    fc.assert(
      fc.property(id, rest, fc.nat(200_000), (tenantId, anyKey, planned) => {
        const lanes = lanesOf(store('s3'), tenant(tenantId), planned);
        expect(listing(lanes, 'versions', `${tenantId}/${anyKey}`)).toHaveLength(1);
        expect(listing(lanes, 'uploads', `${tenantId}/${anyKey}`)).toHaveLength(1);
      }),
    );
  });

  it('list a key that is a cut itself', () => {
    const lanes = lanesOf(store('s3'), tenant('acme'), 1_000_000);
    for (const lane of lanes.filter((l) => l.until !== undefined))
      expect(listing(lanes, 'versions', lane.until ?? '')).toHaveLength(1);
  });

  it('list each of its rows exactly once', () => {
    fc.assert(
      fc.property(id, fc.oneof(id, fc.constant(SHARED)), rest, (tenantId, subjectId, row) => {
        const { pk, sk } = itemKey(tenantId, subjectId, row, 16);
        expect(listing(lanesOf(store('dynamodb'), tenant(tenantId), 0), 'items', pk, sk)).toHaveLength(1);
      }),
    );
  });

  it('never list another tenant’s, not even one whose id begins alike', () => {
    fc.assert(
      fc.property(id, id, id, fc.nat(100_000), (tenantId, other, subjectId, planned) => {
        fc.pre(tenantId !== other);
        const foreign = objectKey(other, subjectId, 'file', 16);
        expect(listing(lanesOf(store('s3'), tenant(tenantId), planned), 'versions', foreign)).toEqual([]);
        const { pk, sk } = itemKey(other, subjectId, 'row', 16);
        expect(listing(lanesOf(store('dynamodb'), tenant(tenantId), planned), 'items', pk, sk)).toEqual([]);
      }),
    );
  });

  it('are dealt out to steps without losing or doubling one', () => {
    fc.assert(
      fc.property(fc.nat(10_000_000), (planned) => {
        const lanes = lanesOf(store('s3'), tenant('acme'), planned);
        const parts = partCount(store('s3'), planned);
        const dealt = Array.from({ length: parts }, (_, part) => lanesOfPart(lanes, part, parts)).flat();
        expect(new Set(dealt)).toEqual(new Set(lanes));
        expect(dealt).toHaveLength(lanes.length);
      }),
    );
  });
});

describe('the lanes of a person', () => {
  it.each([false, true])('list what is hers once, and nobody else’s (thorough: %s)', (thorough) => {
    fc.assert(
      fc.property(id, id, id, rest, (tenantId, subjectId, other, name) => {
        fc.pre(subjectId !== other);
        const objects = lanesOf(store('s3'), subject(tenantId, subjectId), 10, thorough);
        expect(listing(objects, 'versions', objectKey(tenantId, subjectId, name, 16))).toHaveLength(1);
        expect(listing(objects, 'versions', objectKey(tenantId, other, name, 16))).toEqual([]);
        const rows = lanesOf(store('dynamodb'), subject(tenantId, subjectId), 10, thorough);
        const mine = itemKey(tenantId, subjectId, name, 16);
        const theirs = itemKey(tenantId, other, name, 16);
        expect(listing(rows, 'items', mine.pk, mine.sk)).toHaveLength(1);
        expect(listing(rows, 'items', theirs.pk, theirs.sk)).toEqual([]);
      }),
    );
  });

  it.each([false, true])('take what the tenant shares where it may hold her, once (thorough: %s)', (thorough) => {
    const exports = lanesOf(store('s3', 'own-and-shared'), subject('acme', 's1'), 10, thorough);
    expect(listing(exports, 'versions', objectKey('acme', SHARED, 'all-contacts.csv', 16))).toHaveLength(1);
    expect(listing(exports, 'versions', objectKey('acme', SHARED, 's1/mine.csv', 16))).toHaveLength(1);
    const files = lanesOf(store('s3', 'own'), subject('acme', 's1'), 10, thorough);
    expect(listing(files, 'versions', objectKey('acme', SHARED, 'logo.png', 16))).toEqual([]);
  });

  it('find her under a wrong shard when they are thorough', () => {
    const lanes = lanesOf(store('s3'), subject('acme', 's1'), 10, true);
    for (const shard of ['00', '07', '0f']) expect(listing(lanes, 'versions', `acme/${shard}/s1/f`)).toHaveLength(1);
  });

  it('are refused without a subject id, which would mean everybody', () => {
    expect(() => lanesOf(store('s3'), { scope: 'subject', tenantId: 'acme' }, 10)).toThrow(/subject id/);
  });
});
