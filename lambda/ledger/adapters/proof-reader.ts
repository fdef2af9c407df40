import type { KMSClient } from '@aws-sdk/client-kms';
import type { S3Client } from '@aws-sdk/client-s3';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { fetchSigningKey } from '../../certificate/kms-signer';
import type { PlaceFinder, ProofDeps, ProvableLog } from '../proof-ports';
import { tilePath } from '../tiles';
import { type LogKey, logKey } from '../verify';
import { latestPlace } from './places';
import { CHECKPOINT_KEY, checkpointKey, edgeKey, getObject } from './s3-log-store';

/** The tree in its bucket, as it is read to prove something. */
export function s3ProvableLog(s3: S3Client, bucket: string): ProvableLog {
  const textAt = async (key: string) => {
    const found = await getObject(s3, bucket, key);
    return found && Buffer.from(found.bytes).toString();
  };
  return {
    latest: () => textAt(CHECKPOINT_KEY),
    checkpointOf: (size) => textAt(checkpointKey(size)),
    read: async (tile) => (await getObject(s3, bucket, tilePath(tile)))?.bytes,
    readEdge: async (size) => (await getObject(s3, bucket, edgeKey(size)))?.bytes,
  };
}

/** Places of events in the ledger's table. */
export function dynamoPlaceFinder(db: DynamoDBDocumentClient, tableName: string): PlaceFinder {
  return { latestOf: async (about) => (await latestPlace(db, tableName, about))?.index };
}

/** Public halves of the keys that sign checkpoints or did so once, fetched from KMS one time. */
export function kmsLogKeys(kms: KMSClient, keyIds: readonly string[]): ProofDeps['keys'] {
  let keys: Promise<LogKey[]> | undefined;
  return () => {
    keys ??= Promise.all(keyIds.map((keyId) => fetchLogKey(kms, keyId)));
    // An error is not remembered.
    keys.catch(() => {
      keys = undefined;
    });
    return keys;
  };
}

async function fetchLogKey(kms: KMSClient, keyId: string): Promise<LogKey> {
  return logKey((await fetchSigningKey(kms, keyId)).pem);
}
