import { BatchWriteItemCommand } from '@aws-sdk/client-dynamodb';
import {
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  PutObjectCommand,
  PutObjectLegalHoldCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { forEachLimit } from '../../../bin/local/concurrency';
import type { CloudOutputs } from '../../../bin/local/outputs';
import type { Store } from '../../../lambda/shared/inventory';
import { itemKey, objectKey, SHARED } from '../../../lambda/shared/layout';
import { awsClients } from './clients';
import { storeNamed } from './cloud';

export interface Filling {
  readonly subjects: readonly string[];
  /** Versions of files per subject; every fifth file also gets a delete marker. */
  readonly versions: number;
  readonly rows: number;
  /** Text that stands in names, contents and attributes, so that a leak can be searched for. */
  readonly text?: string;
}

/** Gives a tenant data in every store. */
export async function fillTenant(cloud: CloudOutputs, tenantId: string, filling: Filling): Promise<void> {
  const { subjects, versions, rows, text = 'plain' } = filling;
  const files = subjects.flatMap((subject) => Array.from({ length: versions }, (_, n) => ({ subject, n })));
  await forEachLimit(files, 24, async ({ subject, n }) => {
    await putVersion(cloud, 'customer-files', tenantId, subject, `${text}-${n % 7}.pdf`, text);
    if (n % 5 === 0) await putMarker(cloud, tenantId, subject, `${text}-${n % 7}.pdf`);
  });
  for (const subject of [...subjects, SHARED])
    await putVersion(cloud, 'exports', tenantId, subject, `${text}.csv`, text);
  for (const subject of subjects) {
    await beginUpload(cloud, tenantId, subject, `${text}.zip`);
    await putRows(cloud, 'crm-records', tenantId, subject, rows, text);
    await putRows(cloud, 'accounts', tenantId, subject, 1, text);
  }
}

/** Writes one version, with the copy that S3 would make of it, and resolves with its id. */
export async function putVersion(
  cloud: CloudOutputs,
  storeId: string,
  tenantId: string,
  subject: string,
  name: string,
  body = 'plain',
): Promise<{ key: string; versionId: string }> {
  const store = storeNamed(cloud, storeId);
  const Key = objectKey(tenantId, subject, name, store.shards);
  const put = (to: Store) =>
    awsClients(cloud)
      .s3For(to)
      .send(new PutObjectCommand({ Bucket: to.name, Key, Body: body, ...encryption(cloud, to.id) }));
  const { VersionId = '' } = await put(store);
  for (const copy of copiesOf(cloud, storeId)) await put(copy);
  return { key: Key, versionId: VersionId };
}

/** The emulator copies nothing, so the tests do. */
function copiesOf(cloud: CloudOutputs, storeId: string): Store[] {
  return cloud.inventory.filter(({ replicaOf }) => replicaOf === storeId);
}

/** Puts a legal hold on a version, or lifts it. */
export async function holdVersion(
  cloud: CloudOutputs,
  { key, versionId }: { key: string; versionId: string },
  Status: 'ON' | 'OFF',
): Promise<void> {
  const Bucket = storeNamed(cloud, 'customer-files').name;
  await awsClients(cloud).s3.send(
    new PutObjectLegalHoldCommand({ Bucket, Key: key, VersionId: versionId, LegalHold: { Status } }),
  );
}

export async function putRows(
  cloud: CloudOutputs,
  storeId: string,
  tenantId: string,
  subject: string,
  count: number,
  text = 'plain',
): Promise<void> {
  const store = storeNamed(cloud, storeId);
  const requests = Array.from({ length: count }, (_, n) => {
    const { pk, sk } = itemKey(tenantId, subject, `row#${n}`, store.shards);
    return { PutRequest: { Item: { pk: { S: pk }, sk: { S: sk }, name: { S: text } } } };
  });
  for (let i = 0; i < requests.length; i += 25)
    await awsClients(cloud).dynamodb.send(
      new BatchWriteItemCommand({ RequestItems: { [store.name]: requests.slice(i, i + 25) } }),
    );
}

async function putMarker(cloud: CloudOutputs, tenantId: string, subject: string, name: string): Promise<void> {
  const store = storeNamed(cloud, 'customer-files');
  const Key = objectKey(tenantId, subject, name, store.shards);
  for (const to of [store, ...copiesOf(cloud, store.id)])
    await awsClients(cloud)
      .s3For(to)
      .send(new DeleteObjectCommand({ Bucket: to.name, Key }));
}

async function beginUpload(cloud: CloudOutputs, tenantId: string, subject: string, name: string): Promise<void> {
  const store = storeNamed(cloud, 'customer-files');
  const place = { Bucket: store.name, Key: objectKey(tenantId, subject, name, store.shards) };
  const { s3 } = awsClients(cloud);
  const { UploadId } = await s3.send(
    new CreateMultipartUploadCommand({ ...place, ...encryption(cloud, 'customer-files') }),
  );
  await s3.send(new UploadPartCommand({ ...place, UploadId, PartNumber: 1, Body: 'first part' }));
}

function encryption(cloud: CloudOutputs, storeId: string) {
  return { ServerSideEncryption: 'aws:kms' as const, SSEKMSKeyId: cloud.dataKeys[storeId] };
}
