import { attributesOf } from '../books/adapters/row-attributes';
import { S3Books } from '../books/adapters/s3-books';
import { EndedBooks } from '../books/book-layout';
import { BooksVault, type BooksVaultDeps } from '../books/books-vault';
import { DynamoDbStore } from '../erasure/adapters/dynamodb-store';
import { S3Store } from '../erasure/adapters/s3-store';
import type { DataClients } from '../erasure/aws';
import type { RequestRecord } from '../erasure/model';
import type { ErasableStore } from '../erasure/ports';
import { type Clock, systemSleep } from '../shared/clock';
import { requireEnv } from '../shared/config';
import { type Keepers, parseKeepers, type Store } from '../shared/inventory';
import { ENV } from '../shared/names';
import { TableSource } from './adapters/row-source';
import { S3Source } from './adapters/s3-source';
import { type CopyLimits, S3_LIMITS, S3Shelf } from './adapters/s3-vault';
import { VaultReceipts, VaultRows } from './adapters/vault-table';
import { ObjectVault } from './object-vault';
import type { Vault } from './ports';
import { RowVault } from './row-vault';
import type { SealingOf } from './vault-layout';
import { endingOf, freeDaysOf, VaultView } from './vault-view';

/** What the functions that reach the vault have in common. */

export function keepers(): Keepers {
  return parseKeepers(requireEnv(ENV.keepers));
}

/** The vault as the sealer writes it, for one request and store. */
export function vaultOf(
  of: SealingOf,
  { s3For, db }: DataClients,
  clock: Clock,
  limits: CopyLimits = S3_LIMITS,
): Vault {
  const { vaultBucket, vaultTable } = of.keepers;
  if (of.source.kind === 'dynamodb')
    return new RowVault(of, {
      source: new TableSource(of.source, db),
      shelf: new VaultRows(vaultTable, db),
      clock,
      sleep: systemSleep,
    });
  return new ObjectVault(of, {
    source: new S3Source(of.source, s3For(of.source), limits),
    shelf: new S3Shelf(vaultBucket, of.source, s3For(vaultBucket), limits),
    receipts: new VaultReceipts(vaultTable, db),
    clock,
  });
}

/** What the books need to know beside where a row comes from. */
interface BooksContext extends Pick<BooksVaultDeps<never>, 'facts' | 'resolve' | 'register'> {
  readonly books: Keepers['books'];
  readonly clients: DataClients;
  readonly clock: Clock;
}

/** The books, and beside them the vault for what a law wants whole, for one request and store of documents. */
export function booksOf(of: SealingOf, { books, clients, clock, ...known }: BooksContext): Vault {
  const { s3For, db } = clients;
  const { vaultTable } = of.keepers;
  return new BooksVault(of, {
    ...known,
    source: new TableSource(of.source, db),
    attributesOf,
    shelf: new S3Books(books, s3For(books)),
    vaultOf: (source) => new RowVault(of, { source, shelf: new VaultRows(vaultTable, db), clock, sleep: systemSleep }),
    sleep: systemSleep,
  });
}

/** Vault and books as the eraser sees them when something of a request ends, by store id. */
export function endingViews(
  { vaultBucket, vaultTable, books }: Keepers,
  { s3For, db }: DataClients,
  clock: Clock,
): { readonly store: Store; readonly view: (request: RequestRecord) => ErasableStore }[] {
  const vault = [new S3Store(vaultBucket, s3For(vaultBucket), clock), new DynamoDbStore(vaultTable, db)];
  const shelf = new S3Store(books, s3For(books), clock);
  return [
    ...vault.map((each) => ({
      store: each.store,
      view: (request: RequestRecord) => new VaultView(each, endingOf(request, 'vault')),
    })),
    {
      store: shelf.store,
      view: (request: RequestRecord) =>
        new VaultView(new EndedBooks(shelf, freeDaysOf(request)), endingOf(request, 'books')),
    },
  ];
}
