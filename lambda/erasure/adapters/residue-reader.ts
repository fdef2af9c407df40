import {
  type AttributeValue,
  type DynamoDBClient,
  QueryCommand,
  type QueryCommandOutput,
} from '@aws-sdk/client-dynamodb';
import { ListMultipartUploadsCommand, ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import type { HeldKeys } from '../../holds/cover';
import type { Clock } from '../../shared/clock';
import type { Store } from '../../shared/inventory';
import { partitionKey, SHARED, shardNames, shardPrefix, sortKeyPrefix, tenantPrefix } from '../../shared/layout';
import { DATA_TABLE } from '../../shared/names';
import { StoreFaultError } from '../errors';
import type { Residue, ResidueReader, Target } from '../ports';
import { storeCall } from './aws-errors';
import type { S3For } from './regional-s3';
import { isVersionLocked } from './s3-lock';

/** Lock questions asked at once for one page of residue. */
const LOCK_CHECKS_AT_ONCE = 16;

/**
 * The second reader. Shares no listing code with the eraser: a tenant's objects are read as one flat
 * listing, and a person is looked for under every shard, so that a mistake in the eraser's lanes shows.
 */
export class AwsResidueReader implements ResidueReader {
  constructor(
    private readonly s3For: S3For,
    private readonly db: DynamoDBClient,
    private readonly clock: Clock,
  ) {}

  async *read(store: Store, target: Target, isHeld?: HeldKeys): AsyncGenerator<Residue[]> {
    if (store.kind === 'dynamodb') {
      yield* this.readItems(store, target, isHeld);
      return;
    }
    for (const prefix of prefixesOf(store, target)) {
      // Uploads first: one that is completed in between turns into a version.
      yield* this.readUploads(store, prefix, isHeld);
      yield* this.readVersions(store, prefix, isHeld);
    }
  }

  private async *readVersions(store: Store, Prefix: string, isHeld: HeldKeys = nothing): AsyncGenerator<Residue[]> {
    let KeyMarker: string | undefined;
    let VersionIdMarker: string | undefined;
    do {
      const page = await storeCall(store.id, () =>
        this.s3For(store).send(
          new ListObjectVersionsCommand({ Bucket: store.name, Prefix, KeyMarker, VersionIdMarker }),
        ),
      );
      const versions = page.Versions ?? [];
      const kept = versions.map(({ Key = '', VersionId = '' }) => isHeld({ key: Key, part: VersionId }));
      // One hold is enough: whether S3 locks the version as well need not be asked.
      const free = versions.filter((_, i) => !kept[i]);
      const locked = (store.objectLock ? await this.locked(store, free) : free.map(() => false)).values();
      const held = kept.map((isKept) => isKept || locked.next().value === true);
      yield [
        ...(page.DeleteMarkers ?? []).map(
          ({ Key = '', VersionId = '' }): Residue => ({
            kind: 'deleteMarkers',
            held: isHeld({ key: Key, part: VersionId }),
          }),
        ),
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
              storeCall(store.id, () =>
                isVersionLocked(this.s3For(store), store.name, Key, VersionId, this.clock.now()),
              ),
            ),
        )),
      );
    return answers;
  }

  private async *readUploads(store: Store, Prefix: string, isHeld: HeldKeys = nothing): AsyncGenerator<Residue[]> {
    let KeyMarker: string | undefined;
    let UploadIdMarker: string | undefined;
    do {
      const page = await storeCall(store.id, () =>
        this.s3For(store).send(
          new ListMultipartUploadsCommand({ Bucket: store.name, Prefix, KeyMarker, UploadIdMarker }),
        ),
      );
      yield (page.Uploads ?? []).map(
        ({ Key = '', UploadId = '' }): Residue => ({ kind: 'uploads', held: isHeld({ key: Key, part: UploadId }) }),
      );
      KeyMarker = nextMarker(store, page);
      UploadIdMarker = page.NextUploadIdMarker;
    } while (KeyMarker !== undefined);
  }

  /** Counts; where a hold may keep some of the rows, their keys are read and nothing else of them. */
  private async *readItems(store: Store, target: Target, isHeld?: HeldKeys): AsyncGenerator<Residue[]> {
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
                ...((!whole || isHeld) && { '#sk': DATA_TABLE.sortKey }),
              },
              ExpressionAttributeValues: {
                ':pk': { S: partitionKey(target.tenantId, shard) },
                ...(!whole && { ':sk': { S: sortKeyPrefix(subjectOf(target)) } }),
              },
              ...(isHeld ? { ProjectionExpression: '#pk, #sk' } : { Select: 'COUNT' as const }),
              ConsistentRead: true,
              ExclusiveStartKey,
            }),
          ),
        );
        if (page.Count === undefined) throw new StoreFaultError(store.id);
        yield isHeld ? rowsOf(store, page, isHeld) : rows(page.Count);
        ExclusiveStartKey = page.LastEvaluatedKey;
      } while (ExclusiveStartKey !== undefined);
    }
  }
}

/** Without holds of its own nothing is kept. */
const nothing: HeldKeys = () => false;

function rows(count: number): Residue[] {
  return Array.from({ length: count }, (): Residue => ({ kind: 'items', held: false }));
}

/** Rows by their keys. Fewer keys than rows were counted would leave some of them out of the certificate. */
function rowsOf(store: Store, page: Pick<QueryCommandOutput, 'Items' | 'Count'>, isHeld: HeldKeys): Residue[] {
  const items = page.Items ?? [];
  if (items.length !== page.Count) throw new StoreFaultError(store.id);
  return items.map((item) => {
    const key = item[DATA_TABLE.partitionKey]?.S;
    const part = item[DATA_TABLE.sortKey]?.S;
    if (key === undefined || part === undefined) throw new StoreFaultError(store.id);
    return { kind: 'items', held: isHeld({ key, part }) };
  });
}

/**
 * Where the listing goes on; undefined at its end. An answer that does not say whether it is whole proves
 * nothing: to read it as empty would certify what was never seen.
 */
export function nextMarker(store: Store, page: { IsTruncated?: boolean; NextKeyMarker?: string }): string | undefined {
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
