/**
 * On which side each hash of a proof stands: the arithmetic of RFC 9162, sections 2.1.3.2 and 2.1.4.2, without any
 * hashing, so that Node and a browser, which hashes asynchronously, fold proofs by the same code.
 */

/** Where a hash of a proof stands beside what has been computed so far. */
export type Side = 'left' | 'right';

/** Sides of an inclusion proof, from the leaf up; undefined where it has not the right length. */
export function inclusionSides(index: number, size: number, count: number): Side[] | undefined {
  if (index < 0 || index >= size) return undefined;
  return sidesFrom(index, size - 1, count);
}

/**
 * Sides of a consistency proof's hashes after the first (which for an old tree of 2^n leaves is its own root); undefined
 * where it has not the right length. What stands on the right belongs to the newer tree alone.
 */
export function consistencySides(first: number, second: number, count: number): Side[] | undefined {
  let at = first - 1;
  let last = second - 1;
  while (isOdd(at)) [at, last] = [half(at), half(last)];
  return sidesFrom(at, last, count);
}

function sidesFrom(from: number, to: number, count: number): Side[] | undefined {
  let [at, last] = [from, to];
  const sides: Side[] = [];
  for (let i = 0; i < count; i++) {
    if (last === 0) return undefined;
    if (isOdd(at) || at === last) {
      sides.push('left');
      while (!isOdd(at) && at !== 0) [at, last] = [half(at), half(last)];
    } else sides.push('right');
    [at, last] = [half(at), half(last)];
  }
  return last === 0 ? sides : undefined;
}

/** Largest `level` with 2^level <= n. */
export function floorLog2(n: number): number {
  // Math.log2 rounds: just below a large power of two it would answer with that power.
  let level = Math.floor(Math.log2(n));
  if (2 ** level > n) level -= 1;
  return level;
}

export function isPowerOfTwo(n: number): boolean {
  return 2 ** floorLog2(n) === n;
}

function isOdd(n: number): boolean {
  return n % 2 === 1;
}

function half(n: number): number {
  return Math.floor(n / 2);
}
