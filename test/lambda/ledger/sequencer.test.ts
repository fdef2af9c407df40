import fc from 'fast-check';
import { append, EMPTY_EDGE } from '../../../lambda/ledger/append';
import { entryOf, eventIn, type LedgerEvent } from '../../../lambda/ledger/event';
import { EMPTY_ROOT, isConsistent } from '../../../lambda/ledger/merkle';
import { parseCheckpoint } from '../../../lambda/ledger/note';
import type { Head, Waiting } from '../../../lambda/ledger/ports';
import {
  EdgeCache,
  LedgerConflictError,
  type SequencerDeps,
  sequence,
  signWhenQuiet,
} from '../../../lambda/ledger/sequencer';
import { decodeBundle, type TileName, TileTree, tilePath, widthOf } from '../../../lambda/ledger/tiles';

/** Where an injected kill came from. */
class Killed extends Error {}

const eventOf = (n: number): LedgerEvent => ({
  v: 1,
  type: 'erasure.request',
  act: 'written',
  at: '2026-12-01T00:00:00.000Z',
  sequence: String(n),
  about: `er-${n}`,
  state: 'executing',
  tenant: null,
  subject: null,
  hashes: {},
  counts: {},
});

const waitingOf = (n: number): Waiting => ({ event: eventOf(n), entry: entryOf(eventOf(n)) });
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

/** Storage of one ledger in memory. Each call of a port asks `before` and after it whether the process is killed there. */
class Storage {
  readonly places = new Map<string, number>();
  readonly claims = new Map<number, readonly Uint8Array[]>();
  readonly files = new Map<string, Uint8Array>();
  readonly checkpoints: string[] = [];
  readonly witnessed: string[] = [];
  head: Head = { size: 0, root: EMPTY_ROOT, signedAt: null };

  deps(before: () => Promise<void> = async () => {}): SequencerDeps {
    const call =
      <A extends unknown[], R>(fn: (...args: A) => R) =>
      async (...args: A): Promise<R> => {
        await before();
        const result = fn(...args);
        await before();
        return result;
      };
    return {
      places: {
        withoutPlace: call((events) => events.filter(({ event }) => !this.places.has(event.about))),
        note: call((start, entries) => {
          for (const [i, entry] of entries.entries()) this.place(eventIn(entry)?.about ?? '', start + i);
        }),
      },
      heads: {
        read: call(() => this.head),
        advance: call((from, to) => {
          if (from.size !== this.head.size || from.signedAt !== this.head.signedAt) return false;
          this.head = to;
          return true;
        }),
      },
      store: {
        claimed: call((start) => this.claims.get(start)),
        claim: call((start, entries) => {
          const standing = this.claims.get(start) ?? entries;
          this.claims.set(start, standing);
          return standing;
        }),
        write: call((tile: TileName, bytes) => {
          const path = tilePath(tile);
          const old = this.files.get(path);
          if (old !== undefined && Buffer.compare(old, bytes) !== 0) throw new LedgerConflictError(path);
          this.files.set(path, bytes);
        }),
        writeEdge: call(() => undefined),
        read: call((tile: TileName) => {
          const bytes = this.files.get(tilePath(tile));
          if (bytes === undefined) throw new Error(`no ${tilePath(tile)}`);
          return bytes;
        }),
        publish: call((_, checkpoint) => void this.checkpoints.push(checkpoint)),
      },
      signer: { sign: call((text) => text) },
      witnesses: { tell: call((_, checkpoint) => void this.witnessed.push(checkpoint)) },
      clock: { now: () => new Date('2026-12-01T00:00:00Z') },
      origin: 'ledger.digicrm.invalid/test',
      quietMs: 86_400_000,
    };
  }

  entries(): Uint8Array[] {
    const { size } = this.head;
    return range(0, Math.ceil(size / 256)).flatMap((index) => {
      const name: TileName = { level: 'entries', index, width: widthOf(0, index, size) };
      return decodeBundle(this.files.get(tilePath(name)) ?? new Uint8Array());
    });
  }

  abouts(): (string | undefined)[] {
    return this.entries().map((entry) => eventIn(entry)?.about);
  }

  private place(about: string, index: number): void {
    const standing = this.places.get(about) ?? index;
    if (standing !== index) throw new Error(`${about} would get a second place`);
    this.places.set(about, index);
  }
}

/** Delivers a batch until it is taken, as a stream does; `kills` says at which call each try is killed. */
async function deliver(storage: Storage, events: readonly Waiting[], kills: readonly number[]): Promise<void> {
  for (const killAt of [...kills, Number.POSITIVE_INFINITY]) {
    let calls = 0;
    const before = async () => {
      if (calls++ === killAt) throw new Killed();
    };
    try {
      await sequence(events, storage.deps(before), new EdgeCache());
      return;
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
    }
  }
}

describe('the sequencer', () => {
  it('gives each event one place, in order, and signs heads that only grow, wherever it is killed', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            events: fc.integer({ min: 0, max: 400 }),
            kills: fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 3 }),
          }),
          { minLength: 1, maxLength: 6 },
        ),
        async (batches) => {
          const storage = new Storage();
          let n = 0;
          for (const { events, kills } of batches) {
            await deliver(storage, range(n, n + events).map(waitingOf), kills);
            n += events;
          }
          expect(storage.abouts()).toEqual(range(0, n).map((i) => `er-${i}`));
          await headsGrow(storage);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('does no harm when two run at once, also on the same events', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 0, max: 300 }),
        fc.integer({ min: 0, max: 100 }),
        async (scheduler, first, second, shared) => {
          const storage = new Storage();
          const before = () => scheduler.schedule(Promise.resolve());
          const from = Math.max(0, first - shared);
          const running = Promise.all([
            sequence(range(0, first).map(waitingOf), storage.deps(before), new EdgeCache()),
            sequence(range(from, first + second).map(waitingOf), storage.deps(before), new EdgeCache()),
          ]);
          await scheduler.waitFor(running);
          expect(new Set(storage.abouts()).size).toBe(storage.head.size);
          expect(storage.head.size).toBe(first + second);
          await headsGrow(storage);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('killed between tile and checkpoint has signed nothing, and whoever comes next finishes it first', async () => {
    const storage = new Storage();
    const dies = { ...storage.deps(), signer: { sign: () => Promise.reject(new Killed()) } };
    await expect(sequence([waitingOf(0), waitingOf(1)], dies, new EdgeCache())).rejects.toThrow(Killed);
    expect([storage.files.has('tile/0/000.p/2'), storage.checkpoints, storage.head.size]).toEqual([true, [], 0]);

    await sequence([waitingOf(2)], storage.deps(), new EdgeCache());
    await sequence([waitingOf(0), waitingOf(1)], storage.deps(), new EdgeCache());
    expect(storage.abouts()).toEqual(['er-0', 'er-1', 'er-2']);
    await headsGrow(storage);
  });

  it('finishes what another began before it goes on', async () => {
    const storage = new Storage();
    storage.claims.set(0, [waitingOf(7).entry]);
    await sequence([waitingOf(8)], storage.deps(), new EdgeCache());
    expect(storage.abouts()).toEqual(['er-7', 'er-8']);
  });

  it('writes over nothing that it did not expect', async () => {
    const storage = new Storage();
    storage.files.set('tile/0/000.p/1', Buffer.alloc(32, 1));
    await expect(sequence([waitingOf(0)], storage.deps(), new EdgeCache())).rejects.toThrow(LedgerConflictError);
    expect(storage.checkpoints).toEqual([]);
  });

  it('signs once a day when nothing happens, and not more often', async () => {
    const storage = new Storage();
    const edges = new EdgeCache();
    expect(await signWhenQuiet(storage.deps(), edges)).toBe(true);
    expect(await signWhenQuiet(storage.deps(), edges)).toBe(false);
    const tomorrow = { ...storage.deps(), clock: { now: () => new Date('2026-12-02T00:00:00Z') } };
    expect(await signWhenQuiet(tomorrow, edges)).toBe(true);
    expect(storage.witnessed).toEqual(storage.checkpoints);
  });
});

/** Every checkpoint is a tree of the stored entries, and each extends those before it. */
async function headsGrow(storage: Storage): Promise<void> {
  const entries = storage.entries();
  let before = { size: 0, root: EMPTY_ROOT };
  const reader = { read: async (tile: TileName) => storage.files.get(tilePath(tile)) ?? new Uint8Array() };
  for (const text of storage.checkpoints) {
    const head = parseCheckpoint(text);
    expect(Buffer.compare(head.root, append(EMPTY_EDGE, entries.slice(0, head.size)).root)).toBe(0);
    if (head.size <= before.size) continue;
    const proof = await new TileTree(reader, head.size).consistencyProof(before.size);
    expect(isConsistent(before, head, proof)).toBe(true);
    before = head;
  }
}
