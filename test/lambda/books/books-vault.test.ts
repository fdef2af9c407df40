import { bookEntrySchema } from '../../../lambda/books/book-entry';
import { endOfBook } from '../../../lambda/books/book-layout';
import { BooksVault } from '../../../lambda/books/books-vault';
import type { RetentionFacts } from '../../../lambda/retention/resolve';
import { NeverSealableError } from '../../../lambda/sealing/errors';
import { RowVault } from '../../../lambda/sealing/row-vault';
import { SealingStore } from '../../../lambda/sealing/sealing-store';
import type { Store } from '../../../lambda/shared/inventory';
import { KilledError } from '../../support/memory-cloud';
import { MemoryVault } from '../../support/memory-vault';
import { NOW, RECORDS, sealingOf } from '../../support/sealing';
import { immortal, Stepper } from '../../support/stepper';
import { MemoryBooks } from './memory-books';
import { ask, invoiceRow, KIND, register, resolve, sortKey } from './support';

const BILLING: Store = {
  ...RECORDS,
  id: 'billing-records',
  dataRole: 'account',
  dataClass: 'billing-records',
  documents: KIND,
};
const { pk: PK, sk: SK, contact: _, ...attributes } = invoiceRow;
const FIELDS = Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, String(value)]));
const sleep = () => Promise.resolve();

interface World {
  readonly memory: MemoryVault;
  readonly books: MemoryBooks;
  readonly facts: RetentionFacts;
}

const world = (facts = ask()): World => ({ memory: new MemoryVault(), books: new MemoryBooks(), facts });

function vault({ memory, books, facts }: World, process = immortal()) {
  const of = sealingOf(BILLING);
  const shelf = memory.rowShelf(process);
  return new BooksVault(of, {
    source: memory.rowSource(process),
    attributesOf: (fields) => fields,
    shelf: books.shelf(process),
    vaultOf: (source) => new RowVault(of, { source, shelf, clock: { now: () => NOW }, sleep }),
    facts,
    resolve,
    register,
    sleep,
  });
}

/** Secures and erases one row, as the sealing store does. */
async function seal(w: World, ref: ReturnType<MemoryVault['putRow']>, process = immortal()) {
  const secured = await vault(w, process).secure(ref);
  return secured.outcome === 'kept-as-read' ? secured.erase() : secured;
}

const entries = ({ books }: World) =>
  [...books.documents.values()].map(({ text }) => bookEntrySchema.parse(JSON.parse(text)));
const SEALED_IN_2027 = ask({ asOf: '2027-06-01', requestedAt: '2027-06-01', lastProcessedAt: '2027-06-01' });

describe('an invoice whose person is erased', () => {
  it('leaves what the law names in the books until the day its law ends, each field with its citation', async () => {
    const w = world();
    expect(await seal(w, w.memory.putRow(PK, SK, FIELDS))).toBe('erased');
    expect(w.memory.rows.size).toBe(0);
    const [[key, stored] = ['', undefined]] = [...w.books.documents];
    expect(stored?.lockedUntil).toBe('2035-04-01T00:00:00+05:30');
    expect(endOfBook(key)).toBe('2035-04-01');
    expect(key).toMatch(/^acme\/[0-9a-f]{2}\/u-1\/er-1\/billing-records\/i20350401[0-9a-f]{24}$/);
    const [entry] = entries(w);
    expect(entry).toMatchObject({ kind: KIND, until: '2035-04-01', financialYearEnd: '2027-03-31' });
    expect(entry?.law).toContainEqual({ ruleId: 'gst-records', citation: 'CGST Act 2017, s.36' });
    expect(entry?.fields).toContainEqual({
      field: 'recipientName',
      value: 'Mitali Sen',
      citation: expect.stringContaining('CGST Act 2017, s.36'),
    });
    expect(stored?.text).not.toMatch(/example\.in|98300|calls after six/);
    expect(w.memory.sealedRows.size).toBe(0);
  });

  it('leaves nothing where no law keeps it any more', async () => {
    const w = world();
    const sk = sortKey('2015-05-04');
    expect(await seal(w, w.memory.putRow(PK, sk, { ...FIELDS, invoiceDate: '2015-05-04' }))).toBe('erased');
    expect(w.memory.rows.size + w.books.documents.size + w.memory.sealedRows.size).toBe(0);
  });

  it('lies in the books and, whole, in the vault where a law wants all personal data for a year', async () => {
    const w = world(SEALED_IN_2027);
    expect(await seal(w, w.memory.putRow(PK, SK, FIELDS))).toBe('erased');
    expect(entries(w)).toHaveLength(1);
    expect([...w.memory.sealedRows.values()]).toEqual([FIELDS]);
  });

  it('lies in the vault alone where the laws of books have ended', async () => {
    const w = world(SEALED_IN_2027);
    const fields = { ...FIELDS, invoiceDate: '2015-05-04' };
    expect(await seal(w, w.memory.putRow(PK, sortKey('2015-05-04'), fields))).toBe('erased');
    expect(w.books.documents.size).toBe(0);
    expect(w.memory.sealedRows.size).toBe(1);
  });

  it('takes the mark of a suspended tenant along', async () => {
    const w = world();
    expect(await vault(w).secure(w.memory.putRow('acme#_', '_#access', { state: 'suspended' }))).toEqual({
      outcome: 'kept',
    });
  });

  it('is gone already where somebody was faster', async () => {
    const w = world();
    const ref = w.memory.putRow(PK, SK, FIELDS);
    w.memory.rows.clear();
    expect(await vault(w).secure(ref)).toEqual({ outcome: 'gone' });
  });
});

describe('an invoice in doubt', () => {
  const { supplierGstin: __, ...withoutGstin } = FIELDS;

  it.each([
    ['lacks what the law demands', SK, withoutGstin, 'supplierGstin missing'],
    ['is another one than its key says', SK, { ...FIELDS, invoiceNumber: 'X' }, 'invoiceNumber not-as-key'],
    ['has a key that tells no day', `u-1#${KIND}#2026-13-01#1`, FIELDS, 'key is not that of a document'],
    ['is of another kind', 'u-1#credit-note#2026-05-04#1', FIELDS, 'key is not that of a document'],
    ['is of a day to come', sortKey('2026-12-01'), FIELDS, 'facts are in doubt'],
  ])('stays where it is because it %s', async (_why, sk, fields, words) => {
    const w = world();
    const ref = w.memory.putRow(PK, sk, fields);
    await expect(seal(w, ref)).rejects.toThrow(words);
    await expect(seal(w, ref)).rejects.toThrow(NeverSealableError);
    expect(w.memory.rows.size).toBe(1);
    expect(w.books.documents.size).toBe(0);
  });

  it('is refused for good, so that the step goes on with the others', async () => {
    const w = world();
    const good = w.memory.putRow(PK, SK, FIELDS);
    const bad = w.memory.putRow(PK, sortKey('2026-05-04', 'other'), FIELDS);
    const faults: unknown[] = [];
    const store = new SealingStore(w.memory.inner(BILLING, immortal()), vault(w), {
      atOnce: 2,
      onFault: (error) => faults.push(error),
    });
    expect(await store.erase([good, bad])).toEqual([{ ref: bad, cause: 'denied' }]);
    expect(faults).toHaveLength(1);
    expect(JSON.stringify(faults)).not.toContain('Mitali');
  });
});

describe('an invoice that changes while it is sealed', () => {
  it('is not erased as it is not what was kept; the next try keeps it as it is now', async () => {
    const w = world();
    const ref = w.memory.putRow(PK, SK, FIELDS);
    w.memory.meanwhile = (row) => {
      row.fields.totalValue = '15000';
    };
    expect(await seal(w, ref)).toBe('changed');
    expect(w.memory.rows.size).toBe(1);
    expect(await seal(w, ref)).toBe('erased');
    const values = entries(w).map(({ fields }) => fields.find(({ field }) => field === 'totalValue')?.value);
    expect(values).toEqual(['14160', '15000']);
  });

  it('loses no statutory field that was added between reading and erasing', async () => {
    const w = world(SEALED_IN_2027);
    const ref = w.memory.putRow(PK, SK, FIELDS);
    w.memory.meanwhile = (row) => {
      row.fields.signature = 'later';
    };
    expect(await seal(w, ref)).toBe('erased');
    expect(JSON.stringify(entries(w))).toContain('later');
    expect(JSON.stringify([...w.memory.sealedRows.values()])).toContain('later');
  });
});

describe('a document that does not lie in the books as it should', () => {
  it.each([
    ['other text', { text: '{}' }],
    ['no lock', { lockedUntil: undefined }],
    ['a lock that ends a second early', { lockedUntil: '2035-03-31T18:29:59.000Z' }],
  ])('keeps its row in place: %s', async (_what, change) => {
    const w = world();
    const ref = w.memory.putRow(PK, SK, FIELDS);
    w.books.corrupt = (document) => ({ ...document, ...change });
    expect(await vault(w).secure(ref)).toEqual({ outcome: 'refused', cause: 'fault' });
    expect(w.memory.rows.size).toBe(1);
  });
});

describe.each(['before', 'after'] as const)('a process that dies %s a call', (when) => {
  it.each([
    ['with the books alone', ask(), 0],
    ['with the vault beside them', SEALED_IN_2027, 1],
  ])(
    'leaves the invoice in its table or kept, never neither, and the next one ends it: %s',
    async (_, facts, sealed) => {
      for (let diesAt = 0; ; diesAt++) {
        const w = world(facts);
        const ref = w.memory.putRow(PK, SK, FIELDS);
        const process = new Stepper(diesAt, when);
        await seal(w, ref, process).catch((error) => expect(error).toBeInstanceOf(KilledError));
        const kept = w.books.documents.size === 1 && w.memory.sealedRows.size === sealed;
        expect(w.memory.rows.size === 1 || kept).toBe(true);
        if (w.memory.rows.size === 1) await seal(w, ref);
        expect([w.memory.rows.size, w.books.documents.size, w.memory.sealedRows.size]).toEqual([0, 1, sealed]);
        if (process.survived) {
          expect(diesAt).toBeGreaterThan(2);
          return;
        }
      }
    },
  );
});
