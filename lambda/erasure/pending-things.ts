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

  /**
   * Adds things about to be erased. `uncounted` are those that were not counted before; call `settle` when
   * all of them are gone, or counted as held or refused.
   */
  add(refs: readonly Ref[]): { uncounted: Ref[]; settle: () => void } {
    const added = refs.map(hashOf);
    const uncounted = refs.filter((_, i) => !this.hashes.has(added[i] ?? ''));
    for (const each of added) this.hashes.add(each);
    const settle = () => {
      for (const each of added) this.hashes.delete(each);
    };
    return { uncounted, settle };
  }

  toBytes(): Uint8Array {
    return Buffer.from([...this.hashes].slice(-MOST).join(''), 'latin1');
  }
}

function hashOf(ref: Ref): string {
  return hash('sha256', `${ref.kind}\0${ref.key}\0${ref.part}`, 'buffer').toString('latin1', 0, HASH_BYTES);
}
