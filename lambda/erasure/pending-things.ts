import { hash } from 'node:crypto';
import type { Ref } from './ports';

const HASH_BYTES = 6;
/** Four windows of 10,000: what is kept when a step is killed again and again (240 KB of the 400 KB an item may have). */
const MOST = 40_000;

/**
 * Remembers which things are counted but not settled, without remembering their names.
 *
 * Before things are erased, truncated hashes of them are journaled with the counts. A function
 * that takes over after a kill lists again, and what it recognises here was counted already.
 * Six bytes keep 10,000 things within 60 KB; a chance match (1 in 10^10 per thing) would make a
 * count one too small and can never make an erasure incomplete.
 */
export class PendingThings {
  private readonly hashes: Set<string>;

  constructor(bytes: Uint8Array) {
    this.hashes = new Set();
    const text = Buffer.from(bytes).toString('latin1');
    for (let i = 0; i + HASH_BYTES <= text.length; i += HASH_BYTES) this.hashes.add(text.slice(i, i + HASH_BYTES));
  }

  /** Adds things about to be erased; the answer is those that were not counted before. */
  add(refs: readonly Ref[]): Ref[] {
    return refs.filter((ref) => {
      const hash = hashOf(ref);
      if (this.hashes.has(hash)) return false;
      this.hashes.add(hash);
      return true;
    });
  }

  /** These are settled: gone, or counted as held or refused. */
  settle(refs: readonly Ref[]): void {
    for (const ref of refs) this.hashes.delete(hashOf(ref));
  }

  toBytes(): Uint8Array {
    return Buffer.from([...this.hashes].slice(-MOST).join(''), 'latin1');
  }
}

function hashOf(ref: Ref): string {
  return hash('sha256', `${ref.kind}\0${ref.key}\0${ref.part}`, 'buffer').toString('latin1', 0, HASH_BYTES);
}
