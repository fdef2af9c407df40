import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { readBooks } from '../../books/books-reader';
import type { S3For } from '../../erasure/adapters/regional-s3';
import type { SealReader } from '../../erasure/ports';
import type { Keepers } from '../../shared/inventory';
import { readSealed } from '../seal-reader';
import { AwsVaultLister } from './vault-lister';

/** The verifier's way into vault and books: by keys alone. */
export function keeperReader(keepers: Keepers, { s3For, db }: { s3For: S3For; db: DynamoDBClient }): SealReader {
  const vault = new AwsVaultLister(keepers, s3For(keepers.vaultBucket), db);
  // The books have the vault's layout, and no table beside them.
  const books = new AwsVaultLister({ ...keepers, vaultBucket: { ...keepers.books } }, s3For(keepers.books), db);
  return {
    async count(request, source, into) {
      const of = { target: request, requestId: request.requestId, storeId: source.id };
      const { sealed, remains } = into === 'vault' ? await readSealed(of, vault) : await readBooks(of, books);
      return { least: sealed, most: remains };
    },
  };
}
