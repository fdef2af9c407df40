import type { ErasableStore, Lane, Ref, Refusal } from '../erasure/ports';
import { parseDate } from '../retention/civil-date';
import { sealedObject } from '../sealing/vault-layout';

/** Hexadecimal digits of the name that give way to the day; 96 bits stay, so that no two documents meet. */
const DAY_LENGTH = 8;
const NAME = /^i(\d{4})(\d{2})(\d{2})[0-9a-f]{24}$/;

/**
 * Key of a document in the books: that of the vault, of which the first digits of the name are the day on which
 * the lock ends. So its end can be seen in a listing, and each document ends on its own day.
 *
 * @param objectKey place of the row in the vault's layout
 * @param until first day in India on which no law keeps it
 */
export function bookKey(objectKey: string, until: string): string {
  const start = objectKey.lastIndexOf('/') + 2;
  return objectKey.slice(0, start) + until.replaceAll('-', '') + objectKey.slice(start + DAY_LENGTH);
}

/** The day in a document's key; undefined when the key is not of our making. */
export function endOfBook(key: string): string | undefined {
  return endOfName(sealedObject(key)?.name ?? '');
}

/** The day in a document's name, the last part of its key. */
export function endOfName(name: string): string | undefined {
  const [, year, month, day] = NAME.exec(name) ?? [];
  const end = `${year}-${month}-${day}`;
  return parseDate(end) === undefined ? undefined : end;
}

/**
 * The books as the eraser sees them in a round: documents of the days that a law has let go, and no others. A
 * request whose documents are of several years ends in as many rounds.
 */
export class EndedBooks implements ErasableStore {
  /** @param ended days in India on which the locks of free documents end */
  constructor(
    private readonly inner: ErasableStore,
    private readonly ended: ReadonlySet<string>,
  ) {}

  get store() {
    return this.inner.store;
  }

  get batchSize() {
    return this.inner.batchSize;
  }

  async list(lane: Lane, cursor?: string): Promise<{ refs: Ref[]; next?: string }> {
    const page = await this.inner.list(lane, cursor);
    return { ...page, refs: page.refs.filter((ref) => this.hasEnded(ref)) };
  }

  /** @throws Error when something is to be erased that has not ended */
  async erase(batch: readonly Ref[]): Promise<Refusal[]> {
    if (!batch.every((ref) => this.hasEnded(ref))) throw new Error('the books give out only what has ended');
    return this.inner.erase(batch);
  }

  isLocked(ref: Ref): Promise<boolean> {
    return this.inner.isLocked(ref);
  }

  private hasEnded(ref: Ref): boolean {
    const end = endOfBook(ref.key);
    // What is not of our making holds no document: an unfinished upload, or a marker that somebody left.
    return end === undefined || this.ended.has(end);
  }
}
