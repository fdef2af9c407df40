/**
 * Which of `size` slots are alive, with a fast way to the next one that is.
 * Deleting only marks; dead runs are skipped by path compression, so that a client
 * which lists from the top again and again is not slowed by the stub.
 */
export class Tombstones {
  private readonly next: Int32Array;
  alive: number;

  constructor(readonly size: number) {
    this.next = Int32Array.from({ length: size + 1 }, (_, i) => i);
    this.alive = size;
  }

  /** First slot at or after `index` that is alive; `size` when there is none. */
  from(index: number): number {
    let root = index;
    while (this.at(root) !== root) root = this.at(root);
    for (let i = index; i !== root; ) {
      const following = this.at(i);
      this.next[i] = root;
      i = following;
    }
    return root;
  }

  kill(index: number): boolean {
    if (index < 0 || index >= this.size || this.at(index) !== index) return false;
    this.next[index] = index + 1;
    this.alive--;
    return true;
  }

  private at(index: number): number {
    return this.next[index] ?? this.size;
  }
}

/** First position in the sorted `values` whose value is not below `wanted`. */
export function lowerBound(values: readonly string[], wanted: string): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((values[middle] ?? '') < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
