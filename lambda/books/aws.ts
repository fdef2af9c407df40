import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { S3Client } from '@aws-sdk/client-s3';
import type { Register } from '../../policies/schema';
import { compileRetention, type RetentionFacts } from '../retention/resolve';
import { TableSource } from '../sealing/adapters/row-source';
import { VaultRows } from '../sealing/adapters/vault-table';
import type { Vault } from '../sealing/ports';
import { RowVault } from '../sealing/row-vault';
import type { SealingOf } from '../sealing/vault-layout';
import { type Clock, systemSleep } from '../shared/clock';
import type { Keepers } from '../shared/inventory';
import { attributesOf } from './adapters/row-attributes';
import { S3Books } from './adapters/s3-books';
import { BooksVault } from './books-vault';

/**
 * The books as the sealer fills them, for one request and store.
 * @param facts what is known of the request and the store at this time
 */
export function booksOf(
  of: SealingOf,
  books: Keepers['books'],
  facts: RetentionFacts,
  register: Register,
  { s3, db, clock }: { readonly s3: S3Client; readonly db: DynamoDBClient; readonly clock: Clock },
): Vault {
  const shelf = new VaultRows(of.keepers.vaultTable, db);
  return new BooksVault(of, {
    source: new TableSource(of.source, db),
    attributesOf,
    shelf: new S3Books(books, s3),
    vaultOf: (source) => new RowVault(of, { source, shelf, clock, sleep: systemSleep }),
    facts,
    resolve: compileRetention(register),
    register,
    sleep: systemSleep,
  });
}
