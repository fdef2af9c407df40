import { generateKeyPairSync, sign } from 'node:crypto';
import fc from 'fast-check';
import { append, type Edge, EMPTY_EDGE } from '../../../lambda/ledger/append';
import { entryOf, type LedgerEvent } from '../../../lambda/ledger/event';
import { EMPTY_ROOT, isConsistent } from '../../../lambda/ledger/merkle';
import { checkpointText, ecdsaKeyId, formatNote } from '../../../lambda/ledger/note';
import { formatLogProof } from '../../../lambda/ledger/proof-text';
import { decodeBundle, encodeBundle, type TileName, TileTree, tilePath, widthOf } from '../../../lambda/ledger/tiles';
import { checkConsistency, LedgerRefusal, logKey, openCheckpoint, openProof } from '../../../lambda/ledger/verify';
import { readAgain } from '../../../lambda/ledger/watchman';

const ORIGIN = 'ledger.digicrm.invalid/test';
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const key = logKey(publicKey.export({ type: 'spki', format: 'pem' }).toString());

function signed(size: number, root: Uint8Array): string {
  const text = checkpointText({ origin: ORIGIN, size, root });
  const keyId = ecdsaKeyId(publicKey.export({ type: 'spki', format: 'der' }));
  const signature = sign('sha256', Buffer.from(text), { key: privateKey, dsaEncoding: 'der' });
  return formatNote({ text, signatures: [{ keyName: ORIGIN, keyId, signature }] });
}

const event = (n: number): LedgerEvent => ({
  v: 1,
  type: 'hold',
  act: 'written',
  at: '2026-12-01T00:00:00.000Z',
  sequence: String(n),
  about: `lh-${n}`,
  state: 'standing',
  tenant: null,
  subject: null,
  hashes: {},
  counts: {},
});

/** A log with a signed head after each batch. */
function logOf(batches: readonly number[]) {
  const files = new Map<string, Uint8Array>();
  const checkpoints: { size: number; note: string }[] = [];
  let edge: Edge = EMPTY_EDGE;
  let root: Uint8Array = EMPTY_ROOT;
  for (const count of batches) {
    const added = Array.from({ length: count }, (_, i) => entryOf(event(edge.size + i)));
    const grown = append(edge, added);
    for (const { tile, bytes } of grown.written) files.set(tilePath(tile), bytes);
    ({ edge, root } = grown);
    checkpoints.push({ size: edge.size, note: signed(edge.size, root) });
  }
  return { files, checkpoints, size: edge.size, root };
}

type Log = ReturnType<typeof logOf>;

const watch = (log: Pick<Log, 'files' | 'checkpoints'>, seen?: { size: number; root: Uint8Array }) =>
  readAgain({
    keys: [key],
    origin: ORIGIN,
    seen,
    onEvents: () => undefined,
    log: {
      latest: async () => log.checkpoints.at(-1)?.note,
      async *checkpoints() {
        yield* log.checkpoints;
      },
      read: async (tile) => log.files.get(tilePath(tile)),
    },
  });

/** What an attacker with the storage in hand, and no key, may do to the entries. */
const tampering = fc.constantFrom('change', 'drop', 'insert', 'swap') satisfies fc.Arbitrary<string>;

function tampered(entries: readonly Uint8Array[], how: string, at: number): Uint8Array[] {
  const copy = entries.map((entry) => Buffer.from(entry));
  const other = Buffer.from(entryOf(event(99_999)));
  if (how === 'change') copy[at]?.writeUInt8((copy[at]?.readUInt8(3) ?? 0) ^ 1, 3);
  if (how === 'drop') copy.splice(at, 1);
  if (how === 'insert') copy.splice(at, 0, other);
  if (how === 'swap')
    [copy[at], copy[(at + 1) % copy.length]] = [copy[(at + 1) % copy.length] ?? other, copy[at] ?? other];
  return copy;
}

describe('the watchman', () => {
  it('finds nothing in a log that nobody touched', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 6 }), async (batches) => {
        const log = logOf(batches);
        expect(await watch(log, { size: log.size, root: log.root })).toMatchObject({ findings: [] });
      }),
      { numRuns: 30 },
    );
  });

  it('notices any event that was changed, dropped, inserted or moved, in each of 1,000 trials', async () => {
    const log = logOf([200, 150, 40]);
    const all = [0, 1].flatMap((index) => bundleOf(log, index));
    await fc.assert(
      fc.asyncProperty(tampering, fc.nat(log.size - 1), fc.boolean(), async (how, at, rebuilt) => {
        const entries = tampered(all, how, at);
        // The clever one makes all tiles anew to fit; what he cannot make is a signature.
        const forged = rebuilt ? append(EMPTY_EDGE, entries).written : bundlesOf(entries);
        const files = new Map(rebuilt ? [] : log.files);
        for (const { tile, bytes } of forged) files.set(tilePath(tile), bytes);
        expect((await watch({ ...log, files })).findings).not.toEqual([]);
        const proof = await new TileTree(reader(log), log.size).inclusionProof(Math.min(at, log.size - 1));
        const text = formatLogProof({ index: at, hashes: proof, checkpoint: log.checkpoints.at(-1)?.note ?? '' });
        expect(openProof(all[at] ?? Buffer.of(), text, [key], ORIGIN).index).toBe(at);
        expect(() => openProof(entries[at] ?? Buffer.of(), text, [key], ORIGIN)).toThrow(LedgerRefusal);
      }),
      { numRuns: 1000 },
    );
  });

  it.each<[string, (log: Log) => void, string]>([
    ['a missing bundle', ({ files }) => files.delete('tile/entries/000'), 'tile-missing'],
    ['a missing tile', ({ files }) => files.delete('tile/0/000'), 'tile-missing'],
    ['a changed tile', ({ files }) => files.set('tile/0/000', Buffer.alloc(8192)), 'tile-differs'],
    ['a cut tail', (log) => log.checkpoints.splice(1), 'checkpoint-older'],
    ['no checkpoint at all', (log) => log.checkpoints.splice(0), 'checkpoint-missing'],
    [
      'a fork',
      ({ checkpoints }) => checkpoints.splice(1, 0, { size: 250, note: signed(250, EMPTY_ROOT) }),
      'root-differs',
    ],
    [
      'a checkpoint that nobody signed',
      ({ checkpoints }) => checkpoints.splice(0, 1, unsigned(checkpoints[0]?.note ?? '')),
      'checkpoint-refused',
    ],
    ['an entry that is no event', (log) => Object.assign(log, withStranger()), 'entry-malformed'],
  ])('notices %s', async (_, plant, code) => {
    const log = logOf([200, 150]);
    const seen = { size: log.size, root: log.root };
    plant(log);
    expect((await watch(log, seen)).findings.map((finding) => finding.code)).toContain(code);
  });
});

describe('two checkpoints', () => {
  const log = logOf([100, 57]);
  const [older, newer] = log.checkpoints.map(({ note }) => openCheckpoint(note, [key]));

  it('show that the log only grew, and nothing else passes', async () => {
    if (older === undefined || newer === undefined) throw new Error('two checkpoints are needed');
    const hashes = await new TileTree(reader(log), newer.size).consistencyProof(older.size);
    expect(isConsistent(older, newer, hashes)).toBe(true);
    expect(() => checkConsistency(older, newer, hashes)).not.toThrow();
    expect(() => checkConsistency(newer, older, hashes)).toThrow('smaller tree');
    expect(() => checkConsistency({ ...older, origin: 'other/log' }, newer, hashes)).toThrow('two ledgers');
    expect(() => checkConsistency({ ...older, root: EMPTY_ROOT }, newer, hashes)).toThrow('rewritten');
  });

  it('of another ledger or another key are refused', () => {
    const { note = '' } = log.checkpoints[0] ?? {};
    expect(() => openCheckpoint(note, [key], 'other/log')).toThrow('another ledger');
    const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey;
    const pem = stranger.export({ type: 'spki', format: 'pem' }).toString();
    expect(() => openCheckpoint(note, [logKey(pem)])).toThrow('no known key');
  });
});

const reader = (log: Log) => ({ read: async (tile: TileName) => log.files.get(tilePath(tile)) ?? Buffer.of() });

function bundleOf(log: Log, index: number): Uint8Array[] {
  const name: TileName = { level: 'entries', index, width: widthOf(0, index, log.size) };
  return decodeBundle(log.files.get(tilePath(name)) ?? Buffer.of());
}

function bundlesOf(entries: readonly Uint8Array[]) {
  return [0, 1].map((index) => {
    const part = entries.slice(index * 256, (index + 1) * 256);
    const tile: TileName = { level: 'entries', index, width: index === 0 ? 256 : 134 };
    return { tile, bytes: encodeBundle(part) };
  });
}

function unsigned(note: string): { size: number; note: string } {
  return { size: 200, note: note.replace(/ [A-Za-z0-9+/=]+\n$/, ` ${Buffer.alloc(70).toString('base64')}\n`) };
}

function withStranger(): Pick<Log, 'files' | 'checkpoints'> {
  const grown = append(EMPTY_EDGE, [Buffer.from('no event')]);
  return {
    files: new Map(grown.written.map(({ tile, bytes }) => [tilePath(tile), bytes])),
    checkpoints: [{ size: 1, note: signed(1, grown.root) }],
  };
}
