import { itemKey, partitionKey, SHARED, shardNames } from '../../lambda/shared/layout';
import { lowerBound, Tombstones } from './tombstones';

/** What one Query read. */
export interface ItemPage {
  readonly sortKeys: readonly string[];
  /** Where the next page starts; absent on the last. */
  readonly lastSortKey?: string;
}

/** A page ends after this many bytes of items, whatever is projected. */
const PAGE_BYTES = 1024 * 1024;

/** The items of one tenant in one table, made from a count: their keys only, all of one size. */
export class TableData {
  private readonly partitions = new Map<string, { sortKeys: string[]; live: Tombstones }>();

  constructor(
    tenantId: string,
    count: number,
    shards: number,
    private readonly itemBytes: number,
  ) {
    const sortKeys = new Map<string, string[]>(shardNames(shards).map((shard) => [partitionKey(tenantId, shard), []]));
    for (let i = 0; i < count; i++) {
      // One in seventeen belongs to nobody in particular, so that the shared partition is as full as the others.
      const subject = i % (shards + 1) === shards ? SHARED : `contact-${Math.floor(i / 4) * 7919}`;
      const key = itemKey(tenantId, subject, `activity#${1_000_000 + i}`, shards);
      sortKeys.get(key.pk)?.push(key.sk);
    }
    for (const [pk, keys] of sortKeys)
      this.partitions.set(pk, { sortKeys: keys.sort(), live: new Tombstones(keys.length) });
  }

  get remaining(): number {
    return [...this.partitions.values()].reduce((sum, { live }) => sum + live.alive, 0);
  }

  /** Queries that read everything once: at least one per partition, for an empty one is a page too. */
  get pages(): number {
    return [...this.partitions.values()].reduce(
      (sum, { live }) => sum + Math.max(1, Math.ceil((live.alive * this.itemBytes) / PAGE_BYTES)),
      0,
    );
  }

  query(pk: string, sortKeyPrefix: string, after: string | undefined, limit: number): ItemPage {
    const partition = this.partitions.get(pk);
    if (partition === undefined) return { sortKeys: [] };
    const { sortKeys, live } = partition;
    const most = Math.min(limit, Math.max(1, Math.floor(PAGE_BYTES / this.itemBytes)));
    const start = after === undefined ? lowerBound(sortKeys, sortKeyPrefix) : lowerBound(sortKeys, `${after}\u0000`);
    const page: string[] = [];
    let index = live.from(start);
    while (page.length < most && sortKeys[index]?.startsWith(sortKeyPrefix)) {
      page.push(sortKeys[index] ?? '');
      index = live.from(index + 1);
    }
    const more = sortKeys[index]?.startsWith(sortKeyPrefix) ?? false;
    return more ? { sortKeys: page, lastSortKey: page.at(-1) } : { sortKeys: page };
  }

  delete(pk: string, sortKey: string): void {
    const partition = this.partitions.get(pk);
    if (partition === undefined) return;
    const index = lowerBound(partition.sortKeys, sortKey);
    if (partition.sortKeys[index] === sortKey) partition.live.kill(index);
  }
}
