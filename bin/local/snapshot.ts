import { createHash } from 'node:crypto';
import { DynamoDBClient, paginateQuery } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, type GetObjectCommandOutput } from '@aws-sdk/client-s3';
import { regionalS3, type S3For } from '../../lambda/erasure/adapters/regional-s3';
import type { Counts } from '../../lambda/erasure/model';
import type { Store } from '../../lambda/shared/inventory';
import { partitionKey, shardNames, tenantPrefix } from '../../lambda/shared/layout';
import { DATA_TABLE } from '../../lambda/shared/names';
import { type AwsTarget, clientConfig } from './aws';
import { forEachLimit } from './concurrency';
import { uploadPages, versionPages } from './listing';
import type { CloudOutputs } from './outputs';

/** One number for everything that a tenant has. Equal hashes mean: byte for byte the same. */
export interface Snapshot {
  readonly sha256: string;
  readonly counts: Counts;
}

export interface SnapshotOptions {
  /** Says which things to leave out: a store and an object key or a sort key. */
  readonly except?: (store: Store, key: string) => boolean;
}

type Deployment = Pick<CloudOutputs, 'region' | 'endpoint' | 'inventory'>;

const CONCURRENCY = 24;
const sha256 = (data: string | Uint8Array) => createHash('sha256').update(data).digest('hex');

/** Reads every version with its bytes, metadata and time, every delete marker with its time, unfinished upload and item of a tenant. */
export async function snapshotTenant(
  deployment: Deployment,
  tenantId: string,
  options: SnapshotOptions = {},
): Promise<Snapshot> {
  const reader = new Reader(deployment, tenantId, options.except ?? (() => false));
  for (const store of deployment.inventory) await (store.kind === 's3' ? reader.bucket(store) : reader.table(store));
  return reader.snapshot();
}

/** The same order on every machine, whatever its locale. */
const byCodeUnits = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** What belongs to a version beside its bytes. */
function describe(object: GetObjectCommandOutput): string[] {
  const { LastModified, ContentType, ETag, Metadata = {}, ServerSideEncryption, SSEKMSKeyId } = object;
  const metadata = Object.entries(Metadata).sort(([a], [b]) => byCodeUnits(a, b));
  return [JSON.stringify([LastModified, ContentType, ETag, metadata, ServerSideEncryption, SSEKMSKeyId])];
}

class Reader {
  private readonly lines: string[] = [];
  private readonly counts = { versions: 0, deleteMarkers: 0, uploads: 0, items: 0 };
  private readonly s3For: S3For;
  private readonly dynamodb: DynamoDBClient;

  constructor(
    target: AwsTarget,
    private readonly tenantId: string,
    private readonly except: (store: Store, key: string) => boolean,
  ) {
    this.s3For = regionalS3({ ...clientConfig(target), forcePathStyle: target.endpoint !== null });
    this.dynamodb = new DynamoDBClient(clientConfig(target));
  }

  snapshot(): Snapshot {
    return { sha256: sha256(this.lines.toSorted(byCodeUnits).join('\n')), counts: this.counts };
  }

  async bucket(store: Store): Promise<void> {
    const s3 = this.s3For(store);
    const place = { Bucket: store.name, Prefix: tenantPrefix(this.tenantId) };
    for await (const page of versionPages(s3, place)) {
      const versions = (page.Versions ?? []).filter(({ Key = '' }) => !this.except(store, Key));
      await forEachLimit(versions, CONCURRENCY, async ({ Key, VersionId }) => {
        const object = await s3.send(new GetObjectCommand({ Bucket: store.name, Key, VersionId }));
        const bytes = (await object.Body?.transformToByteArray()) ?? new Uint8Array();
        this.add('versions', store, [Key, VersionId, sha256(bytes), ...describe(object)]);
      });
      for (const { Key = '', VersionId, LastModified } of page.DeleteMarkers ?? [])
        if (!this.except(store, Key)) this.add('deleteMarkers', store, [Key, VersionId, LastModified?.toISOString()]);
    }
    for await (const page of uploadPages(s3, place))
      for (const { Key = '', UploadId } of page.Uploads ?? [])
        if (!this.except(store, Key)) this.add('uploads', store, [Key, UploadId]);
  }

  async table(store: Store): Promise<void> {
    await forEachLimit(shardNames(store.shards), CONCURRENCY, async (shard) => {
      const query = {
        TableName: store.name,
        KeyConditionExpression: '#pk = :pk',
        ExpressionAttributeNames: { '#pk': DATA_TABLE.partitionKey },
        ExpressionAttributeValues: { ':pk': { S: partitionKey(this.tenantId, shard) } },
      };
      for await (const page of paginateQuery({ client: this.dynamodb }, query))
        for (const item of page.Items ?? []) {
          const sortKey = item[DATA_TABLE.sortKey]?.S ?? '';
          const attributes = Object.entries(item).sort(([a], [b]) => byCodeUnits(a, b));
          if (!this.except(store, sortKey)) this.add('items', store, [JSON.stringify(attributes)]);
        }
    });
  }

  private add(kind: keyof Counts, store: Store, parts: readonly (string | undefined)[]): void {
    this.counts[kind]++;
    this.lines.push(JSON.stringify([kind, store.id, ...parts]));
  }
}
