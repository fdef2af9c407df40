import {
  consistencySpans,
  foldComplete,
  type Hash,
  inclusionSpans,
  leafHash,
  MAX_ENTRY_BYTES,
  rootOf,
  type Span,
  type Subtree,
  subtreesOf,
} from './merkle';

/** How the tree lies in storage: C2SP tlog-tiles, 256 hashes to a tile. */

export const TILE_WIDTH = 256;
const HASH_BYTES = 32;
/** Bytes of a tile that is full. */
export const TILE_BYTES = TILE_WIDTH * HASH_BYTES;
/** Levels of the tree that one level of tiles spans. */
const TILE_HEIGHT = 8;

/** A tile, or with level `entries` the entries of a tile of level 0. `width` is 256 where it is full. */
export interface TileName {
  readonly level: number | 'entries';
  readonly index: number;
  readonly width: number;
}

/** Path below the log's prefix, e.g. `tile/0/x001/234.p/5`. */
export function tilePath({ level, index, width }: TileName): string {
  const parts: string[] = [];
  let rest = index;
  do {
    parts.unshift(String(rest % 1000).padStart(3, '0'));
    rest = Math.floor(rest / 1000);
  } while (rest > 0);
  const named = parts.map((part, i) => (i < parts.length - 1 ? `x${part}` : part)).join('/');
  return `tile/${level}/${named}${width === TILE_WIDTH ? '' : `.p/${width}`}`;
}

/** Hashes that level `level` of tiles has in a tree of this size. */
export function hashesAt(level: number, size: number): number {
  return Math.floor(size / TILE_WIDTH ** level);
}

/** Width of a tile in a tree of this size: 256, or less for the last of its level; 0 where there is none. */
export function widthOf(level: number, index: number, size: number): number {
  return Math.max(0, Math.min(TILE_WIDTH, hashesAt(level, size) - index * TILE_WIDTH));
}

/** Tiles at the right edge that are not full, from level 0 up. They are all that an append has to know of the tree. */
export function edgeTiles(size: number): TileName[] {
  const tiles: TileName[] = [];
  for (let level = 0; hashesAt(level, size) > 0; level++) {
    const hashes = hashesAt(level, size);
    if (hashes % TILE_WIDTH > 0)
      tiles.push({ level, index: Math.floor(hashes / TILE_WIDTH), width: hashes % TILE_WIDTH });
  }
  return tiles;
}

/** Reads tiles of one tree. @throws when one is missing or has not the right length */
export interface TileReader {
  read(tile: TileName): Promise<Uint8Array>;
  /**
   * Hashes of the complete subtrees of a tree of this size, one behind the other, if they were kept: one reading
   * instead of one of each level. What is made of them holds or not whoever kept them.
   * @default - made of tiles
   */
  readEdge?(size: number): Promise<Uint8Array | undefined>;
}

/** Hashes of subtrees from tiles; a tile that is needed twice is read once. */
export class TileTree {
  private readonly tiles = new Map<string, Promise<Uint8Array>>();
  private edge: Promise<readonly Hash[] | undefined> | undefined;

  constructor(
    private readonly reader: TileReader,
    /** Leaves of the tree; decides which tiles are full. */
    readonly size: number,
  ) {}

  root(): Promise<Hash> {
    return this.hashOf({ start: 0, end: this.size });
  }

  /** Hashes of a proof that leaf `index` is in the tree, from its sibling up. */
  inclusionProof(index: number): Promise<Hash[]> {
    return this.hashesOf(inclusionSpans(index, this.size));
  }

  /** Hashes of a proof that the tree has that of the first `first` leaves as its beginning. */
  consistencyProof(first: number): Promise<Hash[]> {
    return first === 0 ? Promise.resolve([]) : this.hashesOf(consistencySpans(first, this.size));
  }

  private hashesOf(spans: readonly Span[]): Promise<Hash[]> {
    return Promise.all(spans.map((span) => this.hashOf(span)));
  }

  private async hashOf({ start, end }: Span): Promise<Hash> {
    const subtrees = subtreesOf(start, end);
    // The last ones of the tree are its edge, whatever the span begins with.
    const edge = subtrees.length > 1 && end === this.size ? await this.edgeHashes() : undefined;
    return rootOf(edge?.slice(-subtrees.length) ?? (await Promise.all(subtrees.map((one) => this.subtree(one)))));
  }

  private edgeHashes(): Promise<readonly Hash[] | undefined> {
    this.edge ??= (async () => {
      const bytes = await this.reader.readEdge?.(this.size);
      return bytes?.length === subtreesOf(0, this.size).length * HASH_BYTES ? hashesIn(bytes) : undefined;
    })();
    return this.edge;
  }

  private async subtree({ level, index }: Subtree): Promise<Hash> {
    const tileLevel = Math.floor(level / TILE_HEIGHT);
    const leaves = 2 ** (level % TILE_HEIGHT);
    const first = index * leaves;
    const tileIndex = Math.floor(first / TILE_WIDTH);
    const tile = await this.tile({
      level: tileLevel,
      index: tileIndex,
      width: widthOf(tileLevel, tileIndex, this.size),
    });
    return foldHashes(hashesIn(tile, first % TILE_WIDTH, leaves));
  }

  private tile(name: TileName): Promise<Uint8Array> {
    const path = tilePath(name);
    const known = this.tiles.get(path);
    if (known !== undefined) return known;
    const read = this.reader.read(name).then((bytes) => {
      if (bytes.length !== name.width * HASH_BYTES) throw new RangeError(`${path} has not the length of its width`);
      return bytes;
    });
    this.tiles.set(path, read);
    return read;
  }
}

/** Hashes of a tile from one on. */
export function hashesIn(tile: Uint8Array, first = 0, count = tile.length / HASH_BYTES - first): Hash[] {
  return Array.from({ length: count }, (_, i) => tile.subarray((first + i) * HASH_BYTES, (first + i + 1) * HASH_BYTES));
}

/** Root of a complete subtree of 2^n hashes. */
export function foldHashes(hashes: readonly Hash[]): Hash {
  if (hashes.length === 0) throw new RangeError('no hashes to fold');
  return hashes.length === 1 && hashes[0] !== undefined ? hashes[0] : foldComplete(Buffer.concat(hashes));
}

/** Entries as a bundle: each behind its length. @throws RangeError for one that is too long */
export function encodeBundle(entries: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(
    entries.flatMap((entry) => {
      if (entry.length > MAX_ENTRY_BYTES) throw new RangeError('an entry is longer than 65535 bytes');
      const length = Buffer.alloc(2);
      length.writeUInt16BE(entry.length);
      return [length, entry];
    }),
  );
}

/** Entries of a bundle. @throws RangeError when it does not end with an entry */
export function decodeBundle(bundle: Uint8Array): Uint8Array[] {
  const bytes = Buffer.from(bundle.buffer, bundle.byteOffset, bundle.byteLength);
  const entries: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const start = at + 2;
    const end = start <= bytes.length ? start + bytes.readUInt16BE(at) : Number.POSITIVE_INFINITY;
    if (end > bytes.length) throw new RangeError('a bundle ends within an entry');
    entries.push(bytes.subarray(start, end));
    at = end;
  }
  return entries;
}

/** Leaf hashes of a bundle's entries, as the tile of level 0 holds them. */
export function tileOf(entries: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(entries.map(leafHash));
}
