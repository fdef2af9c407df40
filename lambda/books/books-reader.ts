import { noCounts } from '../erasure/counts';
import type { Counts } from '../erasure/model';
import type { Target } from '../erasure/ports';
import type { VaultLister } from '../sealing/seal-reader';
import { endOfName } from './book-layout';

/** What the second reader sees in the books of one request and store. */
export interface BooksReading {
  /** Documents that lie there, counted as the rows they were. */
  readonly sealed: Counts;
  /** All that lies there, by kind: at the end none of it may be left. */
  readonly remains: Counts;
  /** Documents for each day on which their lock ends, earliest first. */
  readonly ends: readonly { readonly until: string; readonly documents: number }[];
}

/**
 * Counts what lies in the books of one request and store, by keys alone.
 * @throws StoreBusyError, StoreFaultError
 */
export async function readBooks(
  of: { readonly target: Target; readonly requestId: string; readonly storeId: string },
  books: Pick<VaultLister, 'objects'>,
): Promise<BooksReading> {
  const sealed = noCounts();
  const remains = noCounts();
  const ends = new Map<string, number>();
  for await (const page of books.objects(of.target, of.requestId))
    for (const thing of page) {
      if (thing.storeId !== of.storeId) continue;
      remains[thing.as] += 1;
      const until = endOfName(thing.name);
      if (thing.as !== 'versions' || until === undefined) continue;
      sealed.items += 1;
      ends.set(until, (ends.get(until) ?? 0) + 1);
    }
  return {
    sealed,
    remains,
    ends: [...ends].sort(([a], [b]) => (a < b ? -1 : 1)).map(([until, documents]) => ({ until, documents })),
  };
}
