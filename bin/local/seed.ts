import { BatchWriteItemCommand, DynamoDBClient, type WriteRequest } from '@aws-sdk/client-dynamodb';
import {
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { regionalS3, type S3For } from '../../lambda/erasure/adapters/regional-s3';
import type { Store } from '../../lambda/shared/inventory';
import { itemKey, objectKey } from '../../lambda/shared/layout';
import { loadRegister } from '../../policies/load';
import { type AwsTarget, clientConfig } from './aws';
import { chunks, forEachLimit } from './concurrency';
import { type InventedFile, type InventedRow, type InventedTenant, inventTenant, type Volume } from './invent';
import type { CloudOutputs } from './outputs';

/** Tenants that are seeded when none are named. */
export const DEMO_TENANTS = ['sundarban-textiles', 'kaveri-diagnostics', 'howrah-hardware'] as const;
export const DEFAULT_VOLUME: Volume = { records: 1_000, files: 400 };
export const DEFAULT_SEED = 2023;

const BATCH = 25;
const CONCURRENCY = 24;

export interface SeedOptions extends Partial<Volume> {
  /** @default DEMO_TENANTS */
  readonly tenants?: readonly string[] | undefined;
  /** @default DEFAULT_SEED */
  readonly seed?: number | undefined;
  /** Called with one line per tenant. */
  readonly log?: (line: string) => void;
}

/** What was written, by ids and counts only; copies in the second Region apart. */
export interface Manifest {
  readonly tenants: readonly {
    readonly tenantId: string;
    /** Customers of the tenant. The first has rows, files with versions, an export and the unfinished upload. */
    readonly subjects: readonly string[];
    /** People who sign in for the tenant. */
    readonly users: readonly string[];
    readonly rows: number;
    readonly versions: number;
    readonly deleteMarkers: number;
    readonly uploads: number;
  }[];
}

type Deployment = Pick<CloudOutputs, 'stage' | 'region' | 'endpoint' | 'inventory' | 'dataKeys'>;

/** Whether S3 copies nothing in this stage's cloud, so that whoever writes has to do it. */
function lacksReplication(stage: string): boolean {
  return loadRegister().stages.stages[stage]?.lacks.some(({ service }) => service === 'replication') ?? false;
}

/** Writes the invented data as the operator, by way of the key layout and with the keys that the stores demand. */
class Seeder {
  private readonly s3For: S3For;
  private readonly dynamodb: DynamoDBClient;
  private readonly copies: boolean;

  constructor(private readonly deployment: Deployment) {
    const target: AwsTarget = deployment;
    this.s3For = regionalS3({ ...clientConfig(target), forcePathStyle: target.endpoint !== null, maxAttempts: 5 });
    this.copies = lacksReplication(deployment.stage);
    this.dynamodb = new DynamoDBClient({ ...clientConfig(target), maxAttempts: 5 });
  }

  async write(tenant: InventedTenant): Promise<void> {
    const storeIds = [...new Set(tenant.rows.map((row) => row.storeId))];
    const batches = storeIds.flatMap((storeId) => {
      const rows = tenant.rows.filter((row) => row.storeId === storeId);
      return chunks(rows, BATCH).map((batch) => ({ store: this.store(storeId), batch }));
    });
    await forEachLimit(batches, CONCURRENCY, ({ store, batch }) => this.putRows(store, tenant.tenantId, batch));
    await forEachLimit(tenant.files, CONCURRENCY, (file) => this.putFile(tenant.tenantId, file));
    await this.beginUpload(tenant);
  }

  private store(storeId: string): Store {
    const store = this.deployment.inventory.find((each) => each.id === storeId);
    if (store === undefined) throw new Error(`the deployment has no store "${storeId}"`);
    return store;
  }

  private async putRows(store: Store, tenantId: string, rows: readonly InventedRow[]): Promise<void> {
    let pending: WriteRequest[] = rows.map((row) => ({ PutRequest: { Item: item(store, tenantId, row) } }));
    for (let attempt = 0; pending.length > 0; attempt++) {
      if (attempt > 8) throw new Error(`${store.id} does not take all rows`);
      if (attempt > 0) await new Promise((resolve) => setTimeout(resolve, 50 * 2 ** attempt));
      const answer = await this.dynamodb.send(new BatchWriteItemCommand({ RequestItems: { [store.name]: pending } }));
      pending = answer.UnprocessedItems?.[store.name] ?? [];
    }
  }

  private place(store: Store, tenantId: string, file: Pick<InventedFile, 'subjectId' | 'rest'>) {
    return { Bucket: store.name, Key: objectKey(tenantId, file.subjectId, file.rest, store.shards) };
  }

  /** The bucket policy refuses a PUT that does not name the key. */
  private encryption(storeId: string) {
    return { ServerSideEncryption: 'aws:kms' as const, SSEKMSKeyId: this.deployment.dataKeys[storeId] };
  }

  /** Into its store and, where S3 does not do it, into the store's copy. */
  private async putFile(tenantId: string, file: InventedFile): Promise<void> {
    const copies = this.deployment.inventory.filter(({ replicaOf }) => this.copies && replicaOf === file.storeId);
    for (const store of [this.store(file.storeId), ...copies]) await this.putInto(store, tenantId, file);
  }

  private async putInto(store: Store, tenantId: string, file: InventedFile): Promise<void> {
    const s3 = this.s3For(store);
    const place = this.place(store, tenantId, file);
    // One after the other: their order is the history of the file.
    for (const body of file.versions)
      await s3.send(
        new PutObjectCommand({
          ...place,
          ...this.encryption(store.id),
          Body: body,
          ContentType: file.contentType,
        }),
      );
    if (file.deleted) await s3.send(new DeleteObjectCommand(place));
  }

  private async beginUpload(tenant: InventedTenant): Promise<void> {
    const store = this.store(tenant.upload.storeId);
    const s3 = this.s3For(store);
    const place = this.place(store, tenant.tenantId, tenant.upload);
    const { UploadId } = await s3.send(
      new CreateMultipartUploadCommand({
        ...place,
        ...this.encryption(store.id),
        ContentType: tenant.upload.contentType,
      }),
    );
    await s3.send(new UploadPartCommand({ ...place, UploadId, PartNumber: 1, Body: 'first part' }));
  }
}

function item(store: Store, tenantId: string, row: InventedRow) {
  const { pk, sk } = itemKey(tenantId, row.subjectId, row.rest, store.shards);
  const attributes = Object.entries(row.attributes).map(([name, value]) => [
    name,
    typeof value === 'number' ? { N: String(value) } : typeof value === 'boolean' ? { BOOL: value } : { S: value },
  ]);
  return { pk: { S: pk }, sk: { S: sk }, ...Object.fromEntries(attributes) };
}

/** Fills the stores with invented Indian CRM data. The same options always give the same data. */
export async function seedData(deployment: Deployment, options: SeedOptions = {}): Promise<Manifest> {
  const { tenants = DEMO_TENANTS, seed = DEFAULT_SEED, log = () => {} } = options;
  const volume = {
    records: options.records ?? DEFAULT_VOLUME.records,
    files: options.files ?? DEFAULT_VOLUME.files,
    invoices: options.invoices ?? 0,
  };
  const seeder = new Seeder(deployment);
  const manifest: Manifest['tenants'][number][] = [];
  for (const tenantId of tenants) {
    const tenant = inventTenant(tenantId, volume, seed);
    await seeder.write(tenant);
    const entry = {
      tenantId,
      subjects: tenant.subjects,
      users: tenant.users,
      rows: tenant.rows.length,
      versions: tenant.files.reduce((sum, file) => sum + file.versions.length, 0),
      deleteMarkers: tenant.files.filter((file) => file.deleted).length,
      uploads: 1,
    };
    manifest.push(entry);
    log(`${tenantId}: ${entry.rows} rows, ${entry.versions} file versions, ${entry.deleteMarkers} delete markers`);
  }
  return { tenants: manifest };
}
