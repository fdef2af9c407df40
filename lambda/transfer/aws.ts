import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { requireEnv } from '../shared/config';
import { ENV } from '../shared/names';

/** Table of transfers, for functions' composition roots. */
export function transferDb(): { db: DynamoDBDocumentClient; tableName: string } {
  const db = DynamoDBDocumentClient.from(new DynamoDBClient({}), { marshallOptions: { removeUndefinedValues: true } });
  return { db, tableName: requireEnv(ENV.transferTable) };
}
