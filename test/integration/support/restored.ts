import { randomUUID } from 'node:crypto';
import { BatchWriteItemCommand, CreateTableCommand, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { chunks } from '../../../bin/local/concurrency';
import { uploadPages, versionPages } from '../../../bin/local/listing';
import type { CloudOutputs } from '../../../bin/local/outputs';
import type { Store } from '../../../lambda/shared/inventory';
import { tenantPrefix } from '../../../lambda/shared/layout';
import { DATA_TABLE, RESTORED_PREFIX } from '../../../lambda/shared/names';
import { scanTable } from './by-hand';
import { awsClients } from './clients';

/** A new name as the restore role allows it. */
const newName = (store: Store) => `${RESTORED_PREFIX}${store.id}-${randomUUID().slice(0, 8)}`;

/** A table with all items that the store has now, as a restore makes one. */
export async function restoreTable(cloud: CloudOutputs, store: Store): Promise<Store> {
  const { dynamodb } = awsClients(cloud);
  const TableName = newName(store);
  const keys = Object.values(DATA_TABLE);
  await dynamodb.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: keys.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: [
        { AttributeName: DATA_TABLE.partitionKey, KeyType: 'HASH' },
        { AttributeName: DATA_TABLE.sortKey, KeyType: 'RANGE' },
      ],
    }),
  );
  await waitUntilTableExists({ client: dynamodb, maxWaitTime: 30 }, { TableName });
  for (const items of chunks(await scanTable(cloud, store.name), 25))
    await dynamodb.send(
      new BatchWriteItemCommand({ RequestItems: { [TableName]: items.map((Item) => ({ PutRequest: { Item } })) } }),
    );
  return { ...store, name: TableName };
}

/** A versioned bucket with every version, delete marker and unfinished upload that the tenants have now. */
export async function restoreBucket(cloud: CloudOutputs, store: Store, tenantIds: readonly string[]): Promise<Store> {
  const { s3 } = awsClients(cloud);
  const Bucket = newName(store);
  await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: 'ap-south-1' } }));
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  for (const tenantId of tenantIds) await copyTenant(cloud, store.name, Bucket, tenantPrefix(tenantId));
  return { ...store, name: Bucket };
}

async function copyTenant(cloud: CloudOutputs, from: string, Bucket: string, Prefix: string): Promise<void> {
  const { s3 } = awsClients(cloud);
  for await (const page of versionPages(s3, { Bucket: from, Prefix })) {
    // Listed newest first.
    for (const { Key, VersionId } of (page.Versions ?? []).toReversed()) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: from, Key, VersionId }));
      await s3.send(new PutObjectCommand({ Bucket, Key, Body: await Body?.transformToByteArray() }));
    }
    for (const { Key } of page.DeleteMarkers ?? []) await s3.send(new DeleteObjectCommand({ Bucket, Key }));
  }
  for await (const page of uploadPages(s3, { Bucket: from, Prefix }))
    for (const { Key } of page.Uploads ?? []) await s3.send(new CreateMultipartUploadCommand({ Bucket, Key }));
}
