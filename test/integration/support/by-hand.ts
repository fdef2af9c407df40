import { type AttributeValue, paginateScan } from '@aws-sdk/client-dynamodb';
import { uploadPages, versionPages } from '../../../bin/local/listing';
import type { CloudOutputs } from '../../../bin/local/outputs';
import type { Store } from '../../../lambda/shared/inventory';
import { awsClients } from './clients';

/**
 * Reading the stores as a stranger would: whole buckets and whole tables, without the key layout that
 * the engine itself relies on.
 */

/** One version, delete marker or unfinished upload. */
export interface FoundObject {
  readonly storeId: string;
  readonly kind: 'version' | 'deleteMarker' | 'upload';
  readonly key: string;
  /** Version id or upload id. */
  readonly id: string;
}

/** Everything in a bucket. */
export async function listBucket(cloud: CloudOutputs, store: Store): Promise<FoundObject[]> {
  const s3 = awsClients(cloud).s3For(store);
  const found: FoundObject[] = [];
  const add = (kind: FoundObject['kind'], key = '', id = '') => found.push({ storeId: store.id, kind, key, id });
  for await (const page of versionPages(s3, { Bucket: store.name })) {
    for (const { Key, VersionId } of page.Versions ?? []) add('version', Key, VersionId);
    for (const { Key, VersionId } of page.DeleteMarkers ?? []) add('deleteMarker', Key, VersionId);
  }
  for await (const page of uploadPages(s3, { Bucket: store.name }))
    for (const { Key, UploadId } of page.Uploads ?? []) add('upload', Key, UploadId);
  return found;
}

/** Every item of a table, the control table included. */
export async function scanTable(cloud: CloudOutputs, name: string): Promise<Record<string, AttributeValue>[]> {
  const { dynamodb } = awsClients(cloud);
  const items: Record<string, AttributeValue>[] = [];
  for await (const page of paginateScan({ client: dynamodb }, { TableName: name })) items.push(...(page.Items ?? []));
  return items;
}

/** Counts, over all stores, everything whose key begins with the tenant's id. */
export async function countTenant(cloud: CloudOutputs, tenantId: string): Promise<number> {
  let count = 0;
  for (const store of cloud.inventory) {
    if (store.kind === 's3')
      count += (await listBucket(cloud, store)).filter(({ key }) => key.startsWith(`${tenantId}/`)).length;
    else count += (await scanTable(cloud, store.name)).filter(({ pk }) => pk?.S?.startsWith(`${tenantId}#`)).length;
  }
  return count;
}
