import { hash } from 'node:crypto';
import { consistencySides, floorLog2, inclusionSides, isPowerOfTwo } from './sides';

/**
 * Hashing and proofs of a Merkle tree, as in RFC 6962, section 2.1, and RFC 9162, section 2.1. Sizes and indexes are
 * whole numbers below 2^53; nothing here shifts bits, which JavaScript would cut at 32.
 */

/** SHA-256, 32 bytes. */
export type Hash = Uint8Array;

const HASH_BYTES = 32;
const LEAF = 0;
const NODE = 1;

/** Most bytes of an entry: its length is stored in 16 bits. */
export const MAX_ENTRY_BYTES = 0xffff;

/**
 * What is hashed is put together here, since one call with all bytes costs half of what three with their parts do.
 * Nothing is awaited between filling and hashing.
 */
const leafInput = Buffer.alloc(1 + MAX_ENTRY_BYTES, LEAF);
const nodeInput = Buffer.alloc(65, NODE);

/** Root of a tree without leaves. */
export const EMPTY_ROOT: Hash = sha256(Buffer.of());

/** Hash of a leaf: of the entry's bytes as they are stored, never of a form that is made again. */
export function leafHash(entry: Uint8Array): Hash {
  leafInput.set(entry, 1);
  return sha256(leafInput.subarray(0, 1 + entry.length));
}

/** Hashes of leaves, one behind the other: as a tile holds them, and without an object for each. */
export function leafHashes(entries: readonly Uint8Array[]): Buffer {
  const hashes = Buffer.allocUnsafe(entries.length * HASH_BYTES);
  for (const [i, entry] of entries.entries()) {
    leafInput.set(entry, 1);
    hashes.write(hash('sha256', leafInput.subarray(0, 1 + entry.length), 'binary'), i * HASH_BYTES, 'binary');
  }
  return hashes;
}

/** Hash of an inner node. */
export function nodeHash(left: Hash, right: Hash): Hash {
  nodeInput.set(left, 1);
  nodeInput.set(right, 33);
  return sha256(nodeInput);
}

/** Through a string of bytes, which Node makes in a third of the time that a buffer of its own takes. */
function sha256(bytes: Uint8Array): Hash {
  return Buffer.from(hash('sha256', bytes, 'binary'), 'binary');
}

/** Root of a complete subtree, of the hashes of its 2^n leaves or inner nodes, one behind the other. */
export function foldComplete(hashes: Uint8Array): Hash {
  const row = Buffer.from(hashes);
  for (let count = row.length / HASH_BYTES; count > 1; count /= 2)
    for (let at = 0; at < count / 2; at++) {
      row.copy(nodeInput, 1, at * 2 * HASH_BYTES, (at + 1) * 2 * HASH_BYTES);
      row.write(hash('sha256', nodeInput, 'binary'), at * HASH_BYTES, HASH_BYTES, 'binary');
    }
  return row.subarray(0, HASH_BYTES);
}

/** A complete subtree: 2^level leaves from leaf `index * 2^level` on. */
export interface Subtree {
  readonly level: number;
  readonly index: number;
}

/** Complete subtrees, largest first, of which the leaves `start` to `end` (not included) consist; `start` is where a subtree of that size can start. */
export function subtreesOf(start: number, end: number): Subtree[] {
  const found: Subtree[] = [];
  for (let from = start; from < end; ) {
    const level = Math.min(trailingZeros(from), floorLog2(end - from));
    found.push({ level, index: from / 2 ** level });
    from += 2 ** level;
  }
  return found;
}

/** Hash over complete subtrees in their order: each hangs left of all that follow it. */
export function rootOf(hashes: readonly Hash[]): Hash {
  const last = hashes.at(-1);
  if (last === undefined) return EMPTY_ROOT;
  return hashes.slice(0, -1).reduceRight((right, left) => nodeHash(left, right), last);
}

/** Leaves of one hash in a proof, from `start` to `end` (not included). */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** What an inclusion proof has to hold, from the leaf's sibling up (RFC 9162, section 2.1.3.1). @throws RangeError */
export function inclusionSpans(index: number, size: number): Span[] {
  if (!(Number.isSafeInteger(index) && Number.isSafeInteger(size) && index >= 0 && index < size))
    throw new RangeError('an inclusion proof needs 0 <= index < size');
  const spans: Span[] = [];
  let start = 0;
  let end = size;
  while (end - start > 1) {
    const middle = start + splitOf(end - start);
    if (index < middle) {
      spans.unshift({ start: middle, end });
      end = middle;
    } else {
      spans.unshift({ start, end: middle });
      start = middle;
    }
  }
  return spans;
}

/** What a consistency proof has to hold (RFC 9162, section 2.1.4.1). @throws RangeError */
export function consistencySpans(first: number, second: number): Span[] {
  if (!(Number.isSafeInteger(first) && Number.isSafeInteger(second) && first > 0 && first <= second))
    throw new RangeError('a consistency proof needs 0 < first <= second');
  const spans: Span[] = [];
  let start = 0;
  let end = second;
  // The old tree is the left part of what is looked at, until it is all of it.
  let isWhole = true;
  while (first !== end) {
    const middle = start + splitOf(end - start);
    if (first <= middle) {
      spans.unshift({ start: middle, end });
      end = middle;
    } else {
      spans.unshift({ start, end: middle });
      start = middle;
      isWhole = false;
    }
  }
  return isWhole ? spans : [{ start, end }, ...spans];
}

/** Root that follows from a leaf and its proof (RFC 9162, section 2.1.3.2); undefined where the proof has not the right length. */
export function rootFromInclusion(leaf: Hash, index: number, size: number, proof: readonly Hash[]): Hash | undefined {
  const sides = inclusionSides(index, size, proof.length);
  if (sides === undefined) return undefined;
  return proof.reduce((root, hash, i) => (sides[i] === 'left' ? nodeHash(hash, root) : nodeHash(root, hash)), leaf);
}

/** A tree's size and root. */
export interface TreeHead {
  readonly size: number;
  readonly root: Hash;
}

/** Whether the second tree is the first with leaves added at its end (RFC 9162, section 2.1.4.2). */
export function isConsistent(first: TreeHead, second: TreeHead, proof: readonly Hash[]): boolean {
  if (first.size > second.size) return false;
  if (first.size === second.size) return proof.length === 0 && equal(first.root, second.root);
  if (first.size === 0) return proof.length === 0 && equal(first.root, EMPTY_ROOT);
  const path = isPowerOfTwo(first.size) ? [first.root, ...proof] : proof;
  const [seed, ...rest] = path;
  const sides = consistencySides(first.size, second.size, rest.length);
  if (seed === undefined || sides === undefined) return false;
  let older = seed;
  let newer = seed;
  for (const [i, hash] of rest.entries()) {
    if (sides[i] === 'left') older = nodeHash(hash, older);
    newer = sides[i] === 'left' ? nodeHash(hash, newer) : nodeHash(newer, hash);
  }
  return equal(older, first.root) && equal(newer, second.root);
}

/** Compares two hashes. They are public: it need not take the same time for all. */
export function equal(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

/** Largest power of two below `n`, where a tree of `n` leaves is split. */
function splitOf(n: number): number {
  return 2 ** floorLog2(n - 1);
}

function trailingZeros(n: number): number {
  if (n === 0) return Number.POSITIVE_INFINITY;
  let zeros = 0;
  for (let rest = n; rest % 2 === 0; rest /= 2) zeros += 1;
  return zeros;
}
