import type { Sleep } from '../shared/clock';
import { withBackoff } from './backoff';
import type { ErasableStore, Lane, Ref } from './ports';

/** Things listed but not yet handed out stay below this many pages. */
const PAGES_AT_ONCE = 8;

/**
 * Reads lanes side by side and hands out windows whose size is a multiple of the batch size,
 * so that delete calls are full although pages are not. Memory is bounded by a few pages.
 */
export class LaneReader {
  private readonly open: { lane: Lane; cursor?: string }[];
  private readonly pool: Ref[] = [];

  constructor(
    private readonly store: ErasableStore,
    lanes: readonly Lane[],
    private readonly sleep: Sleep,
  ) {
    this.open = lanes.map((lane) => ({ lane }));
  }

  /** The next things to erase, at most `size`, a multiple of the batch size; empty when the lanes have ended. */
  async nextWindow(size: number): Promise<Ref[]> {
    while (this.open.length > 0 && this.pool.length < size) await this.readSome();
    const whole = this.pool.length - (this.pool.length % this.store.batchSize);
    return this.pool.splice(0, Math.min(size, this.open.length > 0 ? whole : this.pool.length));
  }

  /** One page of several lanes at once, in turns, so that the partitions share the load. */
  private async readSome(): Promise<void> {
    const turn = this.open.splice(0, PAGES_AT_ONCE);
    const pages = await Promise.all(
      turn.map(({ lane, cursor }) => withBackoff(() => this.store.list(lane, cursor), this.sleep)),
    );
    pages.forEach(({ refs, next }, i) => {
      const lane = turn[i]?.lane;
      this.pool.push(...refs);
      if (lane !== undefined && next !== undefined) this.open.push({ lane, cursor: next });
    });
  }
}
