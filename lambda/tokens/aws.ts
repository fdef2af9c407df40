import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Transfers } from '../../policies/schema';
import { requireEnv } from '../shared/config';
import { type Store, storeSchema } from '../shared/inventory';
import { ENV } from '../shared/names';
import type { TokenIssuer } from '../transfer/ports';
import { kmsTokenKeys } from './adapters/token-keys';
import { dynamoDbTokenWriter } from './adapters/token-vault';
import { tokenIssuer } from './issue';

/** The vault as the construct registered it. @throws when the variable is missing or wrong */
export function tokenVault(): Store {
  return storeSchema.parse(JSON.parse(requireEnv(ENV.tokenVault)));
}

/**
 * Issuer of tokens for a function that sends data to processors. Its role may read and put in the vault, and derive
 * hash keys. @throws when a variable is missing
 */
export function tokenIssuerFromEnv(words: Pick<Transfers, 'tokenFields'>): TokenIssuer {
  const store = tokenVault();
  const db = DynamoDBDocumentClient.from(new DynamoDBClient({}));
  const keys = kmsTokenKeys(new KMSClient({}), requireEnv(ENV.subjectHashKeyId));
  return tokenIssuer({ store, vault: dynamoDbTokenWriter(store, db), keys, words });
}
