import { createHash } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { dynamoHeads } from '../../lambda/ledger/adapters/heads';
import { dynamoPlaces } from '../../lambda/ledger/adapters/places';
import { s3LogStore } from '../../lambda/ledger/adapters/s3-log-store';
import { bucketWitness } from '../../lambda/ledger/adapters/witnesses';
import { append, EMPTY_EDGE } from '../../lambda/ledger/append';
import { entryOf, type LedgerEvent } from '../../lambda/ledger/event';
import { leafHash, subtreesOf } from '../../lambda/ledger/merkle';
import { checkpointText } from '../../lambda/ledger/note';
import type { Waiting } from '../../lambda/ledger/ports';
import { EdgeCache, type SequencerDeps, sequence } from '../../lambda/ledger/sequencer';
import { encodeBundle, TILE_WIDTH, type TileName, TileTree, tilePath, widthOf } from '../../lambda/ledger/tiles';
import { type LogKey, openCheckpoint } from '../../lambda/ledger/verify';
import { readAgain } from '../../lambda/ledger/watchman';
import { throwawayLogKey } from '../../test/lambda/ledger/support/log-key';
import { MemoryBucket } from '../../test/lambda/ledger/support/memory-bucket';
import { MemoryLedgerTable } from '../../test/lambda/ledger/support/memory-ledger-table';
import { atLeast, atMost, median, note } from '../table';
import type { FigureGroup } from './figure';

const ORIGIN = 'ledger.digicrm.invalid/bench';
const LATENCY_MS = 20;
/** What the function takes at a time. */
const BATCH = 1_000;
const HASH = 'a'.repeat(64);

const eventOf = (n: number): LedgerEvent => ({
  v: 1,
  type: 'transfer.decision',
  act: 'written',
  at: '2026-12-01T00:00:00.000Z',
  sequence: String(100_000_000_000 + n),
  about: `td-00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
  state: 'allow-with-obligations',
  tenant: HASH,
  subject: HASH,
  hashes: { register: HASH, record: HASH },
  counts: { fields: 4 },
});
const waiting = (from: number, count: number): Waiting[] =>
  Array.from({ length: count }, (_, i) => ({ event: eventOf(from + i), entry: entryOf(eventOf(from + i)) }));

/** A sequencer over storage in memory, of which each request takes 20 ms. */
function sequencer() {
  const bucket = new MemoryBucket();
  const table = new MemoryLedgerTable();
  const copies = new MemoryBucket();
  const { key, sign } = throwawayLogKey(ORIGIN);
  const latency = () => new Promise<void>((resolve) => setTimeout(resolve, LATENCY_MS));
  bucket.before = table.before = copies.before = latency;
  let signatures = 0;
  const deps: SequencerDeps = {
    places: dynamoPlaces(table.db, 'ledger'),
    heads: dynamoHeads(table.db, 'ledger'),
    store: s3LogStore(bucket.s3, { bucket: 'ledger', keyArn: 'key' }),
    signer: {
      async sign(text) {
        signatures++;
        await latency();
        return sign(text);
      },
    },
    witnesses: bucketWitness(copies.s3, { bucket: 'copies', keyArn: 'key' }),
    clock: { now: () => new Date('2026-12-01T00:00:00Z') },
    origin: ORIGIN,
    quietMs: 86_400_000,
  };
  // The bus is told of each checkpoint beside the copy.
  const requests = () => bucket.requests + table.requests + copies.requests + 2 * signatures;
  return { bucket, deps, key, requests, signatures: () => signatures };
}

async function sustained(batches: number) {
  const { deps, requests, signatures } = sequencer();
  const edges = new EdgeCache();
  // The first turn reads nothing that later ones do; it is left out.
  await sequence(waiting(0, BATCH), deps, edges);
  const [requestsBefore, signaturesBefore] = [requests(), signatures()];
  const events = Array.from({ length: batches }, (_, i) => waiting((i + 1) * BATCH, BATCH));
  const begun = performance.now();
  for (const batch of events) await sequence(batch, deps, edges);
  const seconds = (performance.now() - begun) / 1_000;
  return {
    rate: (batches * BATCH) / seconds,
    requests: (requests() - requestsBefore) / batches,
    signatures: (signatures() - signaturesBefore) / batches,
  };
}

/** Bytes that the edge of a tree holds, and what the process holds more than at the beginning, after so many leaves. */
function edgeAfter(leaves: number): { edge: number; heap: number } {
  collect();
  const before = process.memoryUsage().heapUsed;
  let edge = EMPTY_EDGE;
  const entry = entryOf(eventOf(1));
  for (let size = 0; size < leaves; size += BATCH)
    edge = append(
      edge,
      Array.from({ length: Math.min(BATCH, leaves - size) }, () => entry),
    ).edge;
  collect();
  return {
    edge: edge.levels.reduce((sum, row) => sum + row.length * 32, 0) + edge.entries.length * entry.length,
    heap: (process.memoryUsage().heapUsed - before) / 2 ** 20,
  };
}

function collect(): void {
  (globalThis as { gc?: () => void }).gc?.();
}

/** A stored log, and how long its whole reading takes compared with hashing its entries and nothing else. */
async function verification(leaves: number, times: number) {
  const files = new Map<string, Uint8Array>();
  const { key, sign } = throwawayLogKey(ORIGIN);
  const entries = Array.from({ length: leaves }, (_, i) => entryOf(eventOf(i)));
  const { edge, root, written } = append(EMPTY_EDGE, entries);
  for (const { tile, bytes } of written) files.set(tilePath(tile), bytes);
  const checkpoint = sign(checkpointText({ origin: ORIGIN, size: edge.size, root }));
  const ratios: { each: number; stream: number }[] = [];
  for (let n = 0; n < times; n++) {
    const each = timed(() => {
      for (const entry of entries) leafHash(entry);
    });
    const all = encodeBundle(entries);
    const stream = timed(() => createHash('sha256').update(all).digest());
    const begun = performance.now();
    await readLog(files, checkpoint, key, leaves);
    const whole = performance.now() - begun;
    ratios.push({ each: each / whole, stream: stream / whole });
  }
  return { each: median(ratios.map(({ each }) => each)), stream: median(ratios.map(({ stream }) => stream)) };
}

async function readLog(files: ReadonlyMap<string, Uint8Array>, checkpoint: string, key: LogKey, leaves: number) {
  const { findings } = await readAgain({
    log: {
      latest: async () => checkpoint,
      async *checkpoints() {
        yield { size: leaves, note: checkpoint };
      },
      read: async (tile) => files.get(tilePath(tile)),
    },
    keys: [key],
    origin: ORIGIN,
    seen: undefined,
  });
  if (findings.length > 0) throw new Error('the log of the bench does not hold');
  openCheckpoint(checkpoint, [key], ORIGIN);
}

function timed(work: () => void): number {
  const begun = performance.now();
  work();
  return performance.now() - begun;
}

/** Most hashes and tile reads of proofs in a tree of ten million leaves, whose tiles are made up as they are read. */
async function proofs(samples: number) {
  const size = 10_000_000;
  let [hashes, reads] = [0, 0];
  for (let n = 0; n < samples; n++) {
    let count = 0;
    const reader = {
      read: async (tile: TileName) => {
        count++;
        return Buffer.alloc(32 * (tile.level === 'entries' ? TILE_WIDTH : widthOf(tile.level, tile.index, size)), n);
      },
      readEdge: async () => {
        count++;
        return Buffer.alloc(32 * subtreesOf(0, size).length, n);
      },
    };
    const index = n === 0 ? size - 1 : Math.floor((n * 7_919 * 1_009) % size);
    hashes = Math.max(hashes, (await new TileTree(reader, size).inclusionProof(index)).length);
    reads = Math.max(reads, count);
  }
  return { hashes, reads, most: Math.ceil(Math.log2(size)) };
}

export const ledger: FigureGroup = {
  name: 'ledger',
  title: 'The ledger: sequencing, proofs and reading it again',
  method: `The sequencer with its adapters over a bucket and a table in memory, each request ${LATENCY_MS} ms, batches of ${BATCH.toLocaleString('en')}; the watchman over tiles in memory, on one core.`,
  async measure({ quick }) {
    const { rate, requests, signatures } = await sustained(quick ? 5 : 60);
    const small = edgeAfter(10_000);
    const large = edgeAfter(quick ? 100_000 : 1_000_000);
    const read = await verification(quick ? 20_000 : 200_000, quick ? 3 : 9);
    const proof = await proofs(quick ? 50 : 1_000);
    return [
      atLeast('events a second, sustained', rate, 1_000, 0),
      atMost('requests of 1,000 events, KMS and the bus included', requests, 60, 1),
      atMost('signatures of 1,000 events', signatures, 10, 1),
      atMost(
        'bytes of the edge at 1,000,000 leaves, against 255 hashes a level and 255 entries',
        large.edge,
        4 * 255 * 32 + 255 * 1_024,
        0,
      ),
      note(
        'heap after 10,000 and after 1,000,000 leaves, MB more than before',
        `${small.heap.toFixed(1)}, ${large.heap.toFixed(1)}`,
      ),
      atLeast('reading the whole log / hashing its entries one by one, rates', read.each, 0.5),
      note('the same / one SHA-256 over all of its bytes in one piece', read.stream.toFixed(2)),
      atMost('hashes of a proof in 10,000,000 leaves', proof.hashes, proof.most, 0),
      atMost('tiles read for it', proof.reads, 4, 0),
    ];
  },
};
