import { type AttributeValue, type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { ListMultipartUploadsCommand, ListObjectVersionsCommand, type S3Client } from '@aws-sdk/client-s3';
import type { Clock } from '../../shared/clock';
import type { Store } from '../../shared/inventory';
import { partitionKey, SHARED, shardNames, shardPrefix, sortKeyPrefix, tenantPrefix } from '../../shared/layout';
import { DATA_TABLE } from '../../shared/names';
import { StoreFaultError } from '../errors';
import type { Residue, ResidueReader, Target } from '../ports';
import { storeCall } from './aws-errors';
import { isVersionLocked } from './s3-lock';

/** Lock questions asked at once for one page of residue. */
const LOCK_CHECKS_AT_ONCE = 16;

/**
 * The second reader. Shares no listing code with the eraser: a tenant's objects are read as one flat
 * listing, and a person is looked for under every shard, so that a mistake in the eraser's lanes shows.
 */
export class AwsResidueReader implements ResidueReader {
  constructor(
    private readonly s3: S3Client,
    private readonly db: DynamoDBClient,
    private readonly clock: Clock,
  ) {}

  async *read(store: Store, target: Target): AsyncGenerator<Residue[]> {
    if (store.kind === 'dynamodb') {
      yield* this.readItems(store, target);
      return;
    }
    for (const prefix of prefixesOf(store, target)) {
      // Uploads first: one that is completed in between turns into a version.
      yield* this.readUploads(store, prefix);
      yield* this.readVersions(store, prefix);
    }
  }

  private async *readVersions(store: Store, Prefix: string): AsyncGenerator<Residue[]> {
    let KeyMarker: string | undefined;
    let VersionIdMarker: string | undefined;
    do {
      const page = await storeCall(store.id, () =>
        this.s3.send(new ListObjectVersionsCommand({ Bucket: store.name, Prefix, KeyMarker, VersionIdMarker })),
      );
      const versions = page.Versions ?? [];
      const held = store.objectLock ? await this.locked(store, versions) : versions.map(() => false);
      yield [
        ...(page.DeleteMarkers ?? []).map((): Residue => ({ kind: 'deleteMarkers', held: false })),
        ...held.map((isHeld): Residue => ({ kind: 'versions', held: isHeld })),
      ];
      KeyMarker = nextMarker(store, page);
      VersionIdMarker = page.NextVersionIdMarker;
    } while (KeyMarker !== undefined);
  }

  private async locked(store: Store, versions: readonly { Key?: string; VersionId?: string }[]): Promise<boolean[]> {
    const answers: boolean[] = [];
    for (let i = 0; i < versions.length; i += LOCK_CHECKS_AT_ONCE)
      answers.push(
        ...(await Promise.all(
          versions
            .slice(i, i + LOCK_CHECKS_AT_ONCE)
            .map(({ Key = '', VersionId = '' }) =>
              storeCall(store.id, () => isVersionLocked(this.s3, store.name, Key, VersionId, this.clock.now())),
            ),
        )),
      );
    return answers;
  }

  private async *readUploads(store: Store, Prefix: string): AsyncGenerator<Residue[]> {
    let KeyMarker: string | undefined;
    let UploadIdMarker: string | undefined;
    do {
      const page = await storeCall(store.id, () =>
        this.s3.send(new ListMultipartUploadsCommand({ Bucket: store.name, Prefix, KeyMarker, UploadIdMarker })),
      );
      yield (page.Uploads ?? []).map((): Residue => ({ kind: 'uploads', held: false }));
      KeyMarker = nextMarker(store, page);
      UploadIdMarker = page.NextUploadIdMarker;
    } while (KeyMarker !== undefined);
  }

  private async *readItems(store: Store, target: Target): AsyncGenerator<Residue[]> {
    for (const shard of shardNames(store.shards)) {
      const whole = target.scope === 'tenant' || (shard === SHARED && store.subjectErasure === 'own-and-shared');
      let ExclusiveStartKey: Record<string, AttributeValue> | undefined;
      do {
        const page = await storeCall(store.id, () =>
          this.db.send(
            new QueryCommand({
              TableName: store.name,
              KeyConditionExpression: whole ? '#pk = :pk' : '#pk = :pk AND begins_with(#sk, :sk)',
              ExpressionAttributeNames: {
                '#pk': DATA_TABLE.partitionKey,
                ...(!whole && { '#sk': DATA_TABLE.sortKey }),
              },
              ExpressionAttributeValues: {
                ':pk': { S: partitionKey(target.tenantId, shard) },
                ...(!whole && { ':sk': { S: sortKeyPrefix(subjectOf(target)) } }),
              },
              Select: 'COUNT',
              ConsistentRead: true,
              ExclusiveStartKey,
            }),
          ),
        );
        if (page.Count === undefined) throw new StoreFaultError(store.id);
        yield Array.from({ length: page.Count }, (): Residue => ({ kind: 'items', held: false }));
        ExclusiveStartKey = page.LastEvaluatedKey;
      } while (ExclusiveStartKey !== undefined);
    }
  }
}

/**
 * Where the listing goes on; undefined at its end. An answer that does not say whether it is whole proves
 * nothing: to read it as empty would certify what was never seen.
 */
function nextMarker(store: Store, page: { IsTruncated?: boolean; NextKeyMarker?: string }): string | undefined {
  if (page.IsTruncated === false) return undefined;
  if (page.IsTruncated === undefined || page.NextKeyMarker === undefined) throw new StoreFaultError(store.id);
  return page.NextKeyMarker;
}

function prefixesOf(store: Store, target: Target): string[] {
  if (target.scope === 'tenant') return [tenantPrefix(target.tenantId)];
  const subjectId = subjectOf(target);
  const own = shardNames(store.shards).map((shard) => `${shardPrefix(target.tenantId, shard)}${subjectId}/`);
  if (store.subjectErasure === 'own') return own;
  // What the tenant shares includes what lies under her name there.
  const shared = shardPrefix(target.tenantId, SHARED);
  return [...own.filter((prefix) => !prefix.startsWith(shared)), shared];
}

function subjectOf(target: Target): string {
  if (target.subjectId === undefined) throw new Error('a subject verification needs a subject id');
  return target.subjectId;
}
