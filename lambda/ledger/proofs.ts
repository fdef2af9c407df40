import { leafHash } from './merkle';
import type { Checkpoint } from './note';
import type { ProofDeps, ProvableLog } from './proof-ports';
import { formatLogProof } from './proof-text';
import { decodeBundle, TILE_WIDTH, type TileName, type TileReader, TileTree, tilePath, widthOf } from './tiles';
import { checkConsistency, LedgerRefusal, openCheckpoint, openProof } from './verify';

/** What is stored does not hold together: no proof is made of it, and a person has to look. */
export class LedgerBrokenError extends Error {
  override readonly name = 'LedgerBrokenError';
}

/** A checkpoint as it stands in storage, its signature checked. */
export interface Signed extends Checkpoint {
  /** The note, word for word. */
  readonly note: string;
}

/** A proof that an entry is in the tree of a checkpoint, checked. */
export interface Inclusion {
  readonly index: number;
  readonly entry: Uint8Array;
  /** From the leaf's sibling up. */
  readonly hashes: readonly Uint8Array[];
}

/** The latest checkpoint; undefined before the first. @throws LedgerBrokenError */
export async function latestCheckpoint(deps: ProofDeps): Promise<Signed | undefined> {
  return signed(await deps.log.latest(), deps);
}

/** The checkpoint of a tree of this size; undefined where none was signed. @throws LedgerBrokenError */
export async function checkpointOf(size: number, deps: ProofDeps): Promise<Signed | undefined> {
  const found = await signed(await deps.log.checkpointOf(size), deps);
  if (found !== undefined && found.size !== size) throw new LedgerBrokenError('a checkpoint stands under another size');
  return found;
}

/** Bytes of an entry of a tree. Reads one bundle. @throws LedgerBrokenError */
export async function entryAt(index: number, size: number, log: ProvableLog): Promise<Uint8Array> {
  const entry = (await bundleAt(index, size, log))[index % TILE_WIDTH];
  if (entry === undefined) throw new LedgerBrokenError('a bundle has fewer entries than its tree');
  return entry;
}

/**
 * Proves that an entry is in a tree. Reads the bundle with the entry, which gives the hashes beside it as well, and the
 * tiles above and at the right edge: at most four for any tree of up to 2^24 entries.
 *
 * @throws LedgerBrokenError where the proof that follows from storage does not hold
 */
export async function proveInclusion(index: number, checkpoint: Signed, deps: ProofDeps): Promise<Inclusion> {
  const { size } = checkpoint;
  const entries = await bundleAt(index, size, deps.log);
  const entry = entries[index % TILE_WIDTH];
  if (entry === undefined) throw new LedgerBrokenError('a bundle has fewer entries than its tree');
  const own = tilePath({ level: 0, index: Math.floor(index / TILE_WIDTH), width: entries.length });
  const tiles: TileReader = {
    readEdge: async (of) => deps.log.readEdge?.(of),
    read: async (tile) =>
      tilePath(tile) === own ? Buffer.concat(entries.map(leafHash)) : stored(tile, await deps.log.read(tile)),
  };
  const hashes = await broken(new TileTree(tiles, size).inclusionProof(index));
  const keys = await deps.keys();
  const text = formatLogProof({ index, hashes, checkpoint: checkpoint.note });
  orBroken(() => openProof(entry, text, keys, deps.origin));
  return { index, entry, hashes };
}

/** Proves that one tree is the beginning of another. @throws LedgerBrokenError where it is not */
export async function proveConsistency(
  older: Signed | undefined,
  newer: Signed,
  deps: ProofDeps,
): Promise<readonly Uint8Array[]> {
  // Every tree begins with the empty one, which nobody has to sign.
  if (older === undefined || older.size === newer.size) return [];
  const tiles: TileReader = {
    readEdge: async (of) => deps.log.readEdge?.(of),
    read: async (tile) => stored(tile, await deps.log.read(tile)),
  };
  const hashes = await broken(new TileTree(tiles, newer.size).consistencyProof(older.size));
  orBroken(() => checkConsistency(older, newer, hashes));
  return hashes;
}

async function signed(note: string | undefined, { keys, origin }: ProofDeps): Promise<Signed | undefined> {
  if (note === undefined) return undefined;
  const known = await keys();
  return { ...orBroken(() => openCheckpoint(note, known, origin)), note };
}

async function bundleAt(index: number, size: number, log: ProvableLog): Promise<Uint8Array[]> {
  const bundle = Math.floor(index / TILE_WIDTH);
  const name: TileName = { level: 'entries', index: bundle, width: widthOf(0, bundle, size) };
  const bytes = stored(name, await log.read(name));
  return orBroken(() => decodeBundle(bytes));
}

function stored(tile: TileName, bytes: Uint8Array | undefined): Uint8Array {
  if (bytes === undefined) throw new LedgerBrokenError(`${tilePath(tile)} is missing`);
  return bytes;
}

function orBroken<T>(check: () => T): T {
  try {
    return check();
  } catch (error) {
    throw asBroken(error);
  }
}

function broken<T>(work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    throw asBroken(error);
  });
}

function asBroken(error: unknown): unknown {
  const isBroken = error instanceof LedgerRefusal || error instanceof RangeError;
  return isBroken ? new LedgerBrokenError(error.message, { cause: error }) : error;
}
