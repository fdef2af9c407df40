import { StoreBusyError } from '../../../lambda/erasure/errors';
import { NeverSealableError } from '../../../lambda/sealing/errors';
import { sha256Hex } from '../../../lambda/shared/canonical';
import { MemoryVault } from '../../support/memory-vault';
import { FILES, historyOf, listAll, RECORDS, sealAll, sealing } from '../../support/sealing';

const KEY = 'acme/01/p-1/contract.pdf';
const AT = '2026-11-22T10:00:00.000Z';

/** A version on which everything depends. */
function oneVersion(bytes = 'content'): MemoryVault {
  const memory = new MemoryVault();
  memory.put(KEY, bytes, AT);
  return memory;
}

function oneRow(fields: Record<string, string> = { email: 'old' }): MemoryVault {
  const memory = new MemoryVault();
  memory.putRow('acme#01', 'p-1#contact', fields);
  return memory;
}

describe('sealing versions', () => {
  it('writes a receipt that says what was there, and when', async () => {
    const memory = new MemoryVault();
    memory.put(KEY, 'content', AT, { author: 'p-1' });
    await sealAll(sealing(memory, FILES));
    expect([...memory.receipts.entries()]).toEqual([
      [
        expect.stringMatching(/^acme#0[0-3]\0p-1#er-1#customer-files#v[0-9a-f]{32}$/),
        {
          requestId: 'er-1',
          storeId: 'customer-files',
          kind: 'versions',
          sourceKey: KEY,
          sourceVersion: 'v0',
          lastModified: AT,
          tied: [],
          content: { size: 7, sha256: sha256Hex('content'), headers: {}, metadata: { author: 'p-1' }, tags: {} },
          copy: expect.objectContaining({
            key: expect.stringMatching(/^acme\/0[0-3]\/p-1\/er-1\/customer-files\/v[0-9a-f]{32}$/),
          }),
          sealedAt: '2027-06-01T06:00:00.000Z',
        },
      ],
    ]);
  });

  it.each([true, false])('leaves the source alone when the copy differs (S3 tells checksums: %s)', async (tells) => {
    const memory = oneVersion();
    memory.tellsChecksums = tells;
    memory.corrupt = (bytes) => bytes.toUpperCase();
    const faults: unknown[] = [];
    expect(await sealAll(sealing(memory, FILES, undefined, faults))).toEqual(['fault']);
    expect(memory.versions).toHaveLength(1);
    expect(memory.receipts.size).toBe(0);
    expect(faults).toHaveLength(5);

    memory.corrupt = (bytes) => bytes;
    expect(await sealAll(sealing(memory, FILES))).toEqual([]);
    expect(historyOf(memory, KEY)[0]?.bytes).toBe('content');
  });

  it('copies again when the copy that the receipt names is gone', async () => {
    const memory = oneVersion();
    const [version] = memory.versions;
    await sealAll(sealing(memory, FILES));
    memory.versions = version ? [version] : [];
    memory.copies.length = 0;
    expect(await sealAll(sealing(memory, FILES))).toEqual([]);
    expect(historyOf(memory, KEY)[0]?.bytes).toBe('content');
  });

  it('does nothing twice when its message is delivered twice', async () => {
    const memory = oneVersion();
    const [version] = memory.versions;
    await sealAll(sealing(memory, FILES));
    memory.versions = version ? [version] : [];
    await sealAll(sealing(memory, FILES));
    expect(memory.versions).toEqual([]);
    expect(memory.copies).toHaveLength(1);
    expect(memory.receipts.size).toBe(1);
  });

  it('ends with one receipt and its copy when two seal at once', async () => {
    const memory = new MemoryVault();
    for (let n = 0; n < 20; n++) memory.put(`acme/01/p-1/f${n}`, `bytes ${n}`, AT);
    await Promise.all([sealAll(sealing(memory, FILES)), sealAll(sealing(memory, FILES))]);
    expect(memory.versions).toEqual([]);
    expect(memory.receipts.size).toBe(20);
    for (let n = 0; n < 20; n++) expect(historyOf(memory, `acme/01/p-1/f${n}`)[0]?.bytes).toBe(`bytes ${n}`);
  });

  it('erases nothing while the vault’s key may not be used, and seals once it may', async () => {
    const memory = oneVersion();
    memory.keyFailure = Object.assign(new Error('kms:GenerateDataKey'), { name: 'AccessDenied' });
    const faults: unknown[] = [];
    expect(await sealAll(sealing(memory, FILES, undefined, faults))).toEqual(['fault']);
    expect(memory.versions).toHaveLength(1);
    expect(faults[0]).toMatchObject({ name: 'AccessDenied' });

    memory.keyFailure = undefined;
    expect(await sealAll(sealing(memory, FILES))).toEqual([]);
    expect(memory.receipts.size).toBe(1);
  });

  it('hears a store that asks for less', async () => {
    const memory = oneVersion();
    memory.keyFailure = new StoreBusyError('vault');
    expect(await sealAll(sealing(memory, FILES))).toEqual(['busy']);
    expect(memory.versions).toHaveLength(1);
  });

  it('begins nothing new when its time is over, and erases what it has secured', async () => {
    const memory = new MemoryVault();
    for (let n = 0; n < 5; n++) memory.put(`acme/01/p-1/f${n}`, 'content', AT);
    const view = sealing(memory, FILES, undefined, [], () => memory.receipts.size >= 2);
    const refusals = await view.erase(await listAll(view));
    expect(refusals.map(({ cause }) => cause)).toEqual(refusals.map(() => 'busy'));
    expect(refusals.length).toBeGreaterThan(0);
    expect(memory.versions).toHaveLength(refusals.length);
    expect(memory.receipts.size).toBe(5 - refusals.length);
  });

  it('aborts unfinished uploads without a copy', async () => {
    const memory = new MemoryVault();
    memory.upload(KEY);
    expect(await sealAll(sealing(memory, FILES))).toEqual([]);
    expect(memory.versions).toEqual([]);
    expect([memory.copies, memory.receipts.size]).toEqual([[], 0]);
  });

  it.each([
    ['a key of the longest kind', `acme/01/p-1/${'ü'.repeat(505)}`],
    ['a key that is no XML', 'acme/01/p-1/\u0001'],
    ['a key with every separator', 'acme/01/p-1/a#b/c?versionId=x&y=%2F'],
  ])('gives %s a short place', async (_what, key) => {
    const memory = new MemoryVault();
    memory.put(key, 'content', AT, Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`k${n}`, 'x'.repeat(30)])));
    expect(await sealAll(sealing(memory, FILES))).toEqual([]);
    expect(memory.copies[0]?.key).toMatch(/^acme\/0[0-3]\/p-1\/er-1\/customer-files\/v[0-9a-f]{32}$/);
    expect(historyOf(memory, key)[0]?.bytes).toBe('content');
  });
});

describe('sealing rows', () => {
  it('seals the newer state of a row that changed before it was erased, and keeps both', async () => {
    const memory = oneRow();
    memory.meanwhile = (row) => {
      row.fields = { email: 'new' };
    };
    expect(await sealAll(sealing(memory, RECORDS))).toEqual([]);
    expect([...memory.sealedRows.values()]).toEqual([{ email: 'old' }, { email: 'new' }]);
  });

  it('keeps what was added between reading and erasing, which no condition can see', async () => {
    const memory = oneRow();
    memory.meanwhile = (row) => {
      row.fields = { ...row.fields, phone: 'added' };
    };
    expect(await sealAll(sealing(memory, RECORDS))).toEqual([]);
    expect([...memory.sealedRows.values()]).toContainEqual({ email: 'old', phone: 'added' });
  });

  it('refuses for good a row with more attributes than a condition can compare, and takes the others', async () => {
    const memory = oneRow(Object.fromEntries(Array.from({ length: 151 }, (_, n) => [`a${n}`, 'x'])));
    memory.putRow('acme#01', 'p-1#deal', { amount: '12' });
    const faults: unknown[] = [];
    expect(await sealAll(sealing(memory, RECORDS, undefined, faults), 1)).toEqual(['denied']);
    expect([...memory.rows.values()].map(({ ref }) => ref.part)).toEqual(['p-1#contact']);
    expect(faults[0]).toBeInstanceOf(NeverSealableError);
  });

  it('leaves the row alone when the vault does not read back what was written', async () => {
    const memory = oneRow();
    const view = sealing(memory, RECORDS);
    const [ref] = await listAll(view);
    if (ref === undefined) throw new Error('no row');
    await view.erase([ref]);
    for (const place of memory.sealedRows.keys()) memory.sealedRows.set(place, { email: 'damaged' });
    memory.putRow('acme#01', 'p-1#contact', { email: 'old' });
    expect((await view.erase([ref])).map(({ cause }) => cause)).toEqual(['fault']);
    expect(memory.rows.size).toBe(1);
  });

  it('ends with each row sealed once when two seal at once', async () => {
    const memory = new MemoryVault();
    for (let n = 0; n < 20; n++) memory.putRow('acme#01', `p-1#r${n}`, { n: String(n) });
    await Promise.all([sealAll(sealing(memory, RECORDS)), sealAll(sealing(memory, RECORDS))]);
    expect(memory.rows.size).toBe(0);
    expect(memory.sealedRows.size).toBe(20);
  });
});
