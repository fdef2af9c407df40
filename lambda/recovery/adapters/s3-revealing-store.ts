import { ListObjectVersionsCommand, type S3Client } from '@aws-sdk/client-s3';
import { storeCall } from '../../erasure/adapters/aws-errors';
import { S3Store, shardPrefixOf } from '../../erasure/adapters/s3-store';
import { listVersionPage } from '../../erasure/adapters/version-page';
import type { Ref, Refusal } from '../../erasure/ports';
import { systemClock } from '../../shared/clock';
import type { Store } from '../../shared/inventory';
import { shardPrefix, tenantPrefix } from '../../shared/layout';
import type { Entry, ListPage, RevealingStore } from '../ports';
import { readStoreDate } from './store-date';

/** A versioned bucket from which delete markers are removed again. */
export class S3RevealingStore implements RevealingStore {
  private readonly eraser: S3Store;

  constructor(
    readonly store: Store,
    private readonly s3: S3Client,
  ) {
    this.eraser = new S3Store(store, s3, systemClock);
  }

  get batchSize(): number {
    return this.eraser.batchSize;
  }

  async listVersions(tenantId: string, shard: string | undefined, cursor?: string): Promise<ListPage<Entry>> {
    const [keyMarker, versionIdMarker] =
      cursor === undefined ? [shard && shardPrefix(tenantId, shard)] : parseCursor(cursor);
    const command = new ListObjectVersionsCommand({
      Bucket: this.store.name,
      Prefix: tenantPrefix(tenantId),
      KeyMarker: keyMarker,
      VersionIdMarker: versionIdMarker,
      MaxKeys: this.batchSize,
    });
    const date = readStoreDate(command.middlewareStack, this.store.id);
    const { entries, next } = await storeCall(this.store.id, () => listVersionPage(this.s3, command, true));
    const things = entries.map(
      ({ kind, key, versionId, lastModified }): Entry => ({
        kind,
        key,
        part: versionId,
        partition: shardPrefixOf(key),
        // Never NaN: a page with an entry that has no time is refused as a whole.
        modifiedAt: Date.parse(lastModified ?? ''),
      }),
    );
    return { things, next: next && JSON.stringify([next.keyMarker, next.versionIdMarker]), at: date() };
  }

  /** Refuses everything that is no delete marker: a mistake elsewhere must not cost a version. */
  unmark(batch: readonly Ref[]): Promise<Refusal[]> {
    if (batch.some(({ kind }) => kind !== 'deleteMarkers')) throw new Error('only delete markers can be removed here');
    return this.eraser.erase(batch);
  }
}

function parseCursor(cursor: string): [string, string] {
  return JSON.parse(cursor) as [string, string];
}
