import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { clockFromEnv } from '../shared/clock-file';
import { requireEnv } from '../shared/config';
import { parseInventory, type Store } from '../shared/inventory';
import { ENV } from '../shared/names';
import { DynamoDbStore } from './adapters/dynamodb-store';
import { sqsOutbox } from './adapters/queues';
import { regionalS3, type S3For } from './adapters/regional-s3';
import { S3Store } from './adapters/s3-store';
import type { ErasableStore, Outbox } from './ports';

/** What the functions' composition roots have in common: clients and the things made of them. */

/** Control table; the SDK's own retries are right for single small requests. */
export function controlDb(): { db: DynamoDBDocumentClient; tableName: string } {
  const db = DynamoDBDocumentClient.from(new DynamoDBClient({}), { marshallOptions: { removeUndefinedValues: true } });
  return { db, tableName: requireEnv(ENV.controlTable) };
}

/** Clients for stores: tables are all in one Region, buckets in two. */
export interface DataClients {
  readonly s3For: S3For;
  readonly db: DynamoDBClient;
}

/**
 * Clients for personal-data stores. The eraser's do not retry by themselves: the engine paces itself, and a
 * client that retries in secret would hide from it that the store asks for less. The verifier only reads.
 */
export function dataClients(maxAttempts = 1): DataClients {
  return { s3For: regionalS3({ maxAttempts }), db: new DynamoDBClient({ maxAttempts }) };
}

export function inventory(): Store[] {
  return parseInventory(requireEnv(ENV.inventory));
}

export function erasableStores(stores: readonly Store[]): ErasableStore[] {
  const { s3For, db } = dataClients();
  const clock = clockFromEnv();
  return stores.map((store) =>
    store.kind === 's3' ? new S3Store(store, s3For(store), clock) : new DynamoDbStore(store, db),
  );
}

const QUEUE_ENV = {
  advance: ENV.recordQueueUrl,
  plan: ENV.planQueueUrl,
  erase: ENV.eraseQueueUrl,
  seal: ENV.sealQueueUrl,
  verify: ENV.verifyQueueUrl,
} as const;

/** Sends messages of these types; the function's role allows no others. */
export function outbox(...types: (keyof typeof QUEUE_ENV)[]): Outbox {
  return sqsOutbox(new SQSClient({}), Object.fromEntries(types.map((type) => [type, requireEnv(QUEUE_ENV[type])])));
}
