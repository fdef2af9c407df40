import type { ErasableStore, Lane, Ref, Refusal } from '../erasure/ports';
import type { AnonymiseOutcome } from './ports';

/**
 * A store whose rows leave numbers behind before they are erased, for one request.
 *
 * Nothing is erased before the numbers are published, and they are published as a whole. That is what makes k true:
 * were rows published and erased one batch after the other, a function that died in the middle would leave fewer
 * than k people of a group, and the next one could not count those that are gone. It also settles what a retry does:
 * - published twice: no, because the numbers and the note that they are there are written in one transaction;
 * - a row that is known again by its id: no, because there are no ids of rows. People who are alike are a number,
 *   and the only id, that of the whole statistic, is random and stands in no record of the request.
 */
export class AnonymisingStore implements ErasableStore {
  private published: Promise<AnonymiseOutcome> | undefined;

  /** @param publish publishes what may stay of all rows, once, whoever calls and however often */
  constructor(
    private readonly inner: ErasableStore,
    private readonly publish: () => Promise<AnonymiseOutcome>,
  ) {}

  get store() {
    return this.inner.store;
  }

  get batchSize() {
    return this.inner.batchSize;
  }

  list(lane: Lane, cursor?: string): Promise<{ refs: Ref[]; next?: string }> {
    return this.inner.list(lane, cursor);
  }

  /** @throws what `publish` throws; then nothing of the batch was erased, and the next call tries again */
  async erase(batch: readonly Ref[]): Promise<Refusal[]> {
    this.published ??= this.publish();
    try {
      await this.published;
    } catch (error) {
      this.published = undefined;
      throw error;
    }
    return this.inner.erase(batch);
  }

  isLocked(ref: Ref): Promise<boolean> {
    return this.inner.isLocked(ref);
  }
}
