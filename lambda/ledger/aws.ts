import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { requireEnv } from '../shared/config';
import { ENV } from '../shared/names';
import { dynamoPlaceFinder, kmsLogKeys, s3ProvableLog } from './adapters/proof-reader';
import { ledgerKeyIds } from './key-ids';
import type { ProofDeps } from './proof-ports';

/** What functions that prove something are made of: they read the ledger and write nothing of it. */
export function proofDeps(): ProofDeps {
  return {
    log: s3ProvableLog(new S3Client({}), requireEnv(ENV.ledgerBucket)),
    places: dynamoPlaceFinder(DynamoDBDocumentClient.from(new DynamoDBClient({})), requireEnv(ENV.ledgerTable)),
    keys: kmsLogKeys(new KMSClient({}), ledgerKeyIds()),
    origin: requireEnv(ENV.ledgerOrigin),
  };
}
