import type { Store } from '../shared/inventory';
import { partitionKey, SHARED, shardNames, shardOf, sortKeyPrefix } from '../shared/layout';
import { TenantSuspendedError } from './errors';

/** One row with its attributes, keys included. */
export type Row = Readonly<Record<string, unknown>>;

/** A table as its readers see it. Both reads are consistent: what was written before is seen. */
export interface RowSource {
  readonly store: Store;
  /** One page of a partition's rows whose sort key has a prefix. `next` continues it. */
  page(partition: string, sortKeyPrefix: string, cursor?: string): Promise<{ rows: readonly Row[]; next?: string }>;
  /** Whether anything stands in the place of the tenant's flag. */
  isFlagged(tenantId: string): Promise<boolean>;
}

/**
 * Rows of a tenant, or of one person in it, in pages; none of a suspended tenant.
 *
 * A page is handed out only if the flag was not there when it was asked for after the page had been read. So
 * whoever gets rows knows that there was a moment after reading them at which the tenant was not suspended,
 * which is all that a transaction could promise too, and a query can be part of none. Anything in the flag's
 * place counts as the flag.
 *
 * @throws TenantSuspendedError
 */
export async function* readRows(
  source: RowSource,
  tenantId: string,
  subjectId?: string,
): AsyncGenerator<readonly Row[], void, undefined> {
  for (const { partition, prefix } of placesOf(source.store, tenantId, subjectId)) {
    let cursor: string | undefined;
    do {
      const { rows, next } = await source.page(partition, prefix, cursor);
      if (await source.isFlagged(tenantId)) throw new TenantSuspendedError(tenantId);
      if (rows.length > 0) yield rows;
      cursor = next;
    } while (cursor !== undefined);
  }
}

function placesOf({ shards }: Store, tenantId: string, subjectId: string | undefined) {
  if (subjectId === undefined)
    return shardNames(shards).map((shard) => ({ partition: partitionKey(tenantId, shard), prefix: '' }));
  const shard = subjectId === SHARED ? SHARED : shardOf(subjectId, shards);
  return [{ partition: partitionKey(tenantId, shard), prefix: sortKeyPrefix(subjectId) }];
}
