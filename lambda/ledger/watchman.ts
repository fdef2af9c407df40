import { type Edge, EMPTY_EDGE, edgeRoot, grow, readEdge, type Written } from './append';
import { eventIn, type LedgerEvent } from './event';
import { equal } from './merkle';
import type { Checkpoint } from './note';
import { decodeBundle, TILE_WIDTH, type TileName, tilePath, widthOf } from './tiles';
import { LedgerRefusal, type LogKey, openCheckpoint } from './verify';

/** What of the ledger does not hold, as a code for programs and a place for people. Nothing of an entry is quoted. */
export interface Finding {
  readonly code:
    | 'checkpoint-missing'
    | 'checkpoint-refused'
    | 'checkpoint-older'
    | 'root-differs'
    | 'tile-missing'
    | 'tile-differs'
    | 'entry-malformed'
    | 'item-unknown'
    | 'state-without-event'
    | 'event-without-state';
  readonly at: string;
}

/** The log as its watchman reads it: with another role than the sequencer, and no right to write. */
export interface LogReader {
  /** The latest checkpoint; undefined where there is none. */
  latest(): Promise<string | undefined>;
  /** Every checkpoint ever kept, from small to large. */
  checkpoints(): AsyncIterable<{ readonly size: number; readonly note: string }>;
  /** Undefined where it is not there. */
  read(tile: TileName): Promise<Uint8Array | undefined>;
}

export interface WatchDeps {
  readonly log: LogReader;
  readonly keys: readonly LogKey[];
  readonly origin: string;
  /** The largest size that was ever seen, kept where the sequencer cannot write. */
  readonly seen: { readonly size: number; readonly root: Uint8Array } | undefined;
  /**
   * Where reading begins: at what was seen, if the tree up to there still has the root that it had.
   * @default - at the first entry
   */
  readonly from?: 'seen';
  /** Hears the events that are read, some at a time and in order. @default - entries are hashed and not looked into */
  readonly onEvents?: (events: readonly Heard[]) => Promise<void> | void;
}

/** An event and its place. */
export interface Heard {
  readonly event: LedgerEvent;
  readonly index: number;
}

/** Bundles and tiles that are fetched ahead; storage answers in some 20 ms, and hashing one takes 1. */
const AHEAD = 32;

/** What a reading found. Memory is that of one tile a level and what is fetched ahead, whatever the log's size. */
export interface Reading {
  readonly findings: readonly Finding[];
  /** The latest checkpoint; undefined where there is none that holds. */
  readonly head: Checkpoint | undefined;
}

/**
 * Reads the log again: every entry is hashed, every tile and every checkpoint signed since compared with what
 * follows from the entries. A gap, a fork, a cut tail or one changed byte is a finding.
 */
export async function readAgain(deps: WatchDeps): Promise<Reading> {
  const findings: Finding[] = [];
  const head = await headOf(deps, findings);
  if (head === undefined) return { findings, head };
  const signed = new SignedHeads(deps, findings);
  let edge = await beginning(deps, head, findings);
  await signed.compare(edge);
  const log = new AheadReader(deps.log, edge.size, head.size);
  for (let index = Math.floor(edge.size / TILE_WIDTH); edge.size < head.size; index++) {
    const entries = await entriesAt(index, head.size, log, findings);
    // What follows cannot be judged without what is missing.
    if (entries === undefined) return { findings, head };
    const known = edge.size - index * TILE_WIDTH;
    if (!entries.slice(0, known).every((entry, i) => equal(entry, edge.entries[i] ?? entry)))
      findings.push({ code: 'tile-differs', at: `entry ${index * TILE_WIDTH}` });
    let rest = entries.slice(known);
    await hear(rest, edge.size, deps, findings);
    while (rest.length > 0) {
      // A root is computed where one was signed, and not at each entry.
      const next = await signed.nextSize();
      const take = next === undefined ? rest.length : Math.min(rest.length, next - edge.size);
      const grown = grow(edge, rest.slice(0, take));
      edge = grown.edge;
      rest = rest.slice(take);
      await compareTiles(grown.tiles, head.size, log, findings);
      await signed.compare(edge);
    }
  }
  if (!equal(edgeRoot(edge), head.root)) findings.push({ code: 'root-differs', at: `size ${head.size}` });
  await signed.end(head.size);
  return { findings, head };
}

/** Where nothing was read before, or what was read is another tree now, all is read. */
async function beginning({ log, seen, from }: WatchDeps, head: Checkpoint, findings: Finding[]): Promise<Edge> {
  if (from === undefined || seen === undefined || seen.size > head.size) return EMPTY_EDGE;
  const edge = await edgeOf(seen.size, log);
  if (edge !== undefined && equal(edgeRoot(edge), seen.root)) return edge;
  findings.push({ code: 'root-differs', at: `size ${seen.size}` });
  return EMPTY_EDGE;
}

/** The edge of the tree as it was at a size, of tiles of the width that they had then; undefined where it is none. */
async function edgeOf(size: number, log: LogReader): Promise<Edge | undefined> {
  try {
    return await readEdge(size, { read: async (tile) => (await log.read(tile)) ?? new Uint8Array() });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Fetches the bundles and the tiles of level 0 before they are asked for. */
class AheadReader {
  private readonly fetched = new Map<string, Promise<Uint8Array | undefined>>();
  private next: number;

  constructor(
    private readonly log: LogReader,
    start: number,
    private readonly size: number,
  ) {
    this.next = Math.floor(start / TILE_WIDTH);
  }

  read(tile: TileName): Promise<Uint8Array | undefined> {
    if (tile.level === 'entries') this.fetchUntil(tile.index + AHEAD);
    const path = tilePath(tile);
    const found = this.fetched.get(path) ?? this.log.read(tile);
    this.fetched.delete(path);
    return found;
  }

  private fetchUntil(end: number): void {
    for (; this.next <= end && this.next * TILE_WIDTH < this.size; this.next++) {
      const width = widthOf(0, this.next, this.size);
      for (const level of ['entries', 0] as const) {
        const tile: TileName = { level, index: this.next, width };
        const fetching = this.log.read(tile);
        // Whoever reads it hears of the error; nobody may be left to.
        fetching.catch(() => undefined);
        this.fetched.set(tilePath(tile), fetching);
      }
    }
  }
}

async function headOf({ log, keys, origin, seen }: WatchDeps, findings: Finding[]): Promise<Checkpoint | undefined> {
  const note = await log.latest();
  if (note === undefined) {
    if (seen !== undefined) findings.push({ code: 'checkpoint-missing', at: 'checkpoint' });
    return undefined;
  }
  const head = opened(note, 'checkpoint', keys, origin, findings);
  if (head === undefined || seen === undefined) return head;
  if (head.size < seen.size) findings.push({ code: 'checkpoint-older', at: 'checkpoint' });
  if (head.size === seen.size && !equal(head.root, seen.root))
    findings.push({ code: 'root-differs', at: 'checkpoint' });
  return head;
}

function opened(
  note: string,
  at: string,
  keys: readonly LogKey[],
  origin: string,
  findings: Finding[],
): Checkpoint | undefined {
  try {
    return openCheckpoint(note, keys, origin);
  } catch (error) {
    if (!(error instanceof LedgerRefusal)) throw error;
    findings.push({ code: 'checkpoint-refused', at });
    return undefined;
  }
}

/** Checkpoints ever kept, one at a time, against the trees that the entries make. */
class SignedHeads {
  private readonly heads: AsyncIterator<{ readonly size: number; readonly note: string }>;
  private pulled: { readonly size: number; readonly root: Uint8Array } | undefined;
  private done = false;

  constructor(
    private readonly deps: WatchDeps,
    private readonly findings: Finding[],
  ) {
    this.heads = deps.log.checkpoints()[Symbol.asyncIterator]();
  }

  /** Size of the next one; undefined after the last. */
  async nextSize(): Promise<number | undefined> {
    while (this.pulled === undefined && !this.done) await this.pull();
    return this.pulled?.size;
  }

  /** Compares all that are of this size. */
  async compare(edge: Edge): Promise<void> {
    while ((await this.nextSize()) === edge.size) {
      if (this.pulled && !equal(this.pulled.root, edgeRoot(edge)))
        this.findings.push({ code: 'root-differs', at: `size ${edge.size}` });
      this.pulled = undefined;
    }
  }

  /** Whatever is left was signed over more entries than there are. */
  async end(size: number): Promise<void> {
    for (let next = await this.nextSize(); next !== undefined; next = await this.nextSize()) {
      this.findings.push({ code: 'checkpoint-older', at: `size ${size}, and ${next} was signed` });
      this.pulled = undefined;
    }
  }

  private async pull(): Promise<void> {
    const { value, done } = await this.heads.next();
    if (done) {
      this.done = true;
      return;
    }
    const { keys, origin } = this.deps;
    const at = `checkpoint of size ${value.size}`;
    const checkpoint = opened(value.note, at, keys, origin, this.findings);
    if (checkpoint !== undefined && checkpoint.size !== value.size)
      this.findings.push({ code: 'checkpoint-refused', at });
    else this.pulled = checkpoint;
  }
}

async function entriesAt(
  index: number,
  size: number,
  log: Pick<LogReader, 'read'>,
  findings: Finding[],
): Promise<Uint8Array[] | undefined> {
  const name: TileName = { level: 'entries', index, width: widthOf(0, index, size) };
  const bundle = await log.read(name);
  const entries = bundle && decoded(bundle);
  if (entries?.length === name.width) return entries;
  findings.push({ code: bundle === undefined ? 'tile-missing' : 'tile-differs', at: tilePath(name) });
  return undefined;
}

function decoded(bundle: Uint8Array): Uint8Array[] | undefined {
  try {
    return decodeBundle(bundle);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

async function hear(
  entries: readonly Uint8Array[],
  start: number,
  { onEvents }: WatchDeps,
  findings: Finding[],
): Promise<void> {
  if (onEvents === undefined) return;
  const heard: Heard[] = [];
  for (const [i, entry] of entries.entries()) {
    const event = eventIn(entry);
    if (event === undefined) findings.push({ code: 'entry-malformed', at: `entry ${start + i}` });
    else heard.push({ event, index: start + i });
  }
  await onEvents(heard);
}

/** A tile is compared in the width that it has in the whole tree; narrower ones may be gone. */
async function compareTiles(
  written: readonly Written[],
  size: number,
  log: Pick<LogReader, 'read'>,
  findings: Finding[],
): Promise<void> {
  for (const { tile, bytes } of written) {
    if (tile.width !== widthOf(Number(tile.level), tile.index, size)) continue;
    const stored = await log.read(tile);
    if (stored === undefined) findings.push({ code: 'tile-missing', at: tilePath(tile) });
    else if (!equal(stored, bytes)) findings.push({ code: 'tile-differs', at: tilePath(tile) });
  }
}
