import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { requireEnv } from '../shared/config';
import { ENV } from '../shared/names';

/** A table that does not answer has to become a denial well before API Gateway gives up. */
export const PATIENCE = { connectionTimeout: 1_000, requestTimeout: 2_000, throwOnRequestTimeout: true } as const;

/** Table of transfers, for functions' composition roots. */
export function transferDb(): { db: DynamoDBDocumentClient; tableName: string } {
  const db = DynamoDBDocumentClient.from(new DynamoDBClient({ requestHandler: PATIENCE }), {
    marshallOptions: { removeUndefinedValues: true },
  });
  return { db, tableName: requireEnv(ENV.transferTable) };
}
