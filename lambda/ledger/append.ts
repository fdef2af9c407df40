import { foldComplete, type Hash, leafHashes, rootOf, subtreesOf } from './merkle';
import {
  decodeBundle,
  edgeTiles,
  encodeBundle,
  foldHashes,
  hashesAt,
  hashesIn,
  TILE_BYTES,
  TILE_WIDTH,
  type TileName,
} from './tiles';

/**
 * What of a tree an append has to know: the tiles at its right edge that are not full, and the entries of the last.
 * At most 255 hashes a level, however large the tree is.
 */
export interface Edge {
  readonly size: number;
  /** Hashes of the last tile of each level, fewer than 256 each. */
  readonly levels: readonly (readonly Hash[])[];
  /** Entries of the last tile of level 0. */
  readonly entries: readonly Uint8Array[];
}

export const EMPTY_EDGE: Edge = { size: 0, levels: [], entries: [] };

/** Something to store. */
export interface Written {
  readonly tile: TileName;
  readonly bytes: Uint8Array;
}

/** Adds entries: the tree's new edge and root, and every tile and bundle that is new or has grown. */
export function append(edge: Edge, added: readonly Uint8Array[]): { edge: Edge; root: Hash; written: Written[] } {
  const grown = grow(edge, added);
  return { edge: grown.edge, root: edgeRoot(grown.edge), written: [...bundles(edge, added), ...grown.tiles] };
}

/** As `append`, without what a reader has already: bundles, and a root that nobody signed. */
export function grow(edge: Edge, added: readonly Uint8Array[]): { edge: Edge; tiles: Written[] } {
  const tiles: Written[] = [];
  const levels: Hash[][] = [];
  let grown = leafHashes(added);
  for (let level = 0; level < edge.levels.length || grown.length > 0; level++) {
    const row = Buffer.concat([...(edge.levels[level] ?? []), grown]);
    let index = Math.floor(hashesAt(level, edge.size) / TILE_WIDTH);
    const parents: Hash[] = [];
    let from = 0;
    for (; row.length - from >= TILE_BYTES; from += TILE_BYTES) {
      const bytes = row.subarray(from, from + TILE_BYTES);
      tiles.push({ tile: { level, index: index++, width: TILE_WIDTH }, bytes });
      parents.push(foldComplete(bytes));
    }
    const bytes = row.subarray(from);
    const rest = hashesIn(bytes);
    if (rest.length > 0 && grown.length > 0) tiles.push({ tile: { level, index, width: rest.length }, bytes });
    levels.push(rest);
    grown = Buffer.concat(parents);
  }
  const size = edge.size + added.length;
  const entries = [...edge.entries, ...added];
  const next = { size, levels, entries: entries.slice(entries.length - (size % TILE_WIDTH)) };
  return { edge: next, tiles };
}

/** Root of the tree that an edge belongs to. The complete subtrees of a tree all lie in its edge. */
export function edgeRoot(edge: Edge): Hash {
  const hashes = edgeHashes(edge);
  if (edge.size > 0 && hashes.length === 0) throw new RangeError('an edge without hashes belongs to no tree');
  return rootOf(hashes);
}

/** Hashes of the complete subtrees of which the tree of an edge consists, from the largest on. */
export function edgeHashes({ levels }: Edge): Hash[] {
  // Within a level of tiles, the hashes of the edge are folded to the largest complete subtrees.
  const hashes: Hash[] = [];
  for (let level = levels.length - 1; level >= 0; level--) {
    const row = levels[level] ?? [];
    for (const subtree of subtreesOf(0, row.length)) {
      const start = subtree.index * 2 ** subtree.level;
      hashes.push(foldHashes(row.slice(start, start + 2 ** subtree.level)));
    }
  }
  return hashes;
}

function* bundles(edge: Edge, added: readonly Uint8Array[]): Generator<Written> {
  const entries = [...edge.entries, ...added];
  const first = Math.floor(edge.size / TILE_WIDTH);
  for (let from = 0; from < entries.length; from += TILE_WIDTH) {
    const part = entries.slice(from, from + TILE_WIDTH);
    yield {
      tile: { level: 'entries', index: first + from / TILE_WIDTH, width: part.length },
      bytes: encodeBundle(part),
    };
  }
}

/** Hashes of an edge from its stored tiles, level by level; what is full on a level has no tile there. */
export function edgeFrom(size: number, tiles: ReadonlyMap<number, Uint8Array>, entries: readonly Uint8Array[]): Edge {
  const levels: Hash[][] = [];
  for (let level = 0; hashesAt(level, size) > 0; level++) {
    const width = hashesAt(level, size) % TILE_WIDTH;
    const hashes = width === 0 ? [] : hashesIn(tiles.get(level) ?? new Uint8Array());
    if (hashes.length !== width) throw new RangeError(`the last tile of level ${level} is not the tree's`);
    levels.push(hashes);
  }
  if (entries.length !== size % TILE_WIDTH) throw new RangeError("the last bundle is not the tree's");
  return { size, levels, entries };
}

/** Reads the edge of a tree: at most a tile for each level and one bundle, however large it is. @throws RangeError */
export async function readEdge(
  size: number,
  store: { readonly read: (tile: TileName) => Promise<Uint8Array> },
): Promise<Edge> {
  const width = size % TILE_WIDTH;
  const bundle: TileName = { level: 'entries', index: Math.floor(size / TILE_WIDTH), width };
  const [entries, ...tiles] = await Promise.all([
    width === 0 ? [] : store.read(bundle).then(decodeBundle),
    ...edgeTiles(size).map(async (name) => [Number(name.level), await store.read(name)] as const),
  ]);
  return edgeFrom(size, new Map(tiles), entries);
}
