import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { S3Client } from '@aws-sdk/client-s3';
import { DynamoDbStore } from '../erasure/adapters/dynamodb-store';
import { S3Store } from '../erasure/adapters/s3-store';
import type { ErasableStore } from '../erasure/ports';
import { type Clock, systemSleep } from '../shared/clock';
import { requireEnv } from '../shared/config';
import { type Keepers, parseKeepers, type Store } from '../shared/inventory';
import { ENV } from '../shared/names';
import { TableSource } from './adapters/row-source';
import { S3Source } from './adapters/s3-source';
import { type CopyLimits, S3_LIMITS, S3Shelf } from './adapters/s3-vault';
import { AwsVaultLister } from './adapters/vault-lister';
import { VaultReceipts, VaultRows } from './adapters/vault-table';
import { ObjectVault } from './object-vault';
import type { Vault } from './ports';
import { RowVault } from './row-vault';
import type { VaultLister } from './seal-reader';
import type { SealingOf } from './vault-layout';
import { type Ending, VaultView } from './vault-view';

/** What the functions that reach the vault have in common. */

interface Clients {
  readonly s3: S3Client;
  readonly db: DynamoDBClient;
}

export function keepers(): Keepers {
  return parseKeepers(requireEnv(ENV.keepers));
}

/** The vault as the sealer writes it, for one request and store. */
export function vaultOf(of: SealingOf, { s3, db }: Clients, clock: Clock, limits: CopyLimits = S3_LIMITS): Vault {
  const { vaultBucket, vaultTable } = of.keepers;
  if (of.source.kind === 'dynamodb')
    return new RowVault(of, {
      source: new TableSource(of.source, db),
      shelf: new VaultRows(vaultTable, db),
      clock,
      sleep: systemSleep,
    });
  return new ObjectVault(of, {
    source: new S3Source(of.source, s3, limits),
    shelf: new S3Shelf(vaultBucket, of.source, s3, limits),
    receipts: new VaultReceipts(vaultTable, db),
    clock,
  });
}

/** The vault's bucket and table as the eraser sees them when seals end. */
export function vaultViews(
  { vaultBucket, vaultTable }: Pick<Keepers, 'vaultBucket' | 'vaultTable'>,
  { s3, db }: Clients,
  clock: Clock,
): { readonly store: Store; readonly view: (ending: Ending) => ErasableStore }[] {
  const stores = [new S3Store(vaultBucket, s3, clock), new DynamoDbStore(vaultTable, db)];
  return stores.map((each) => ({ store: each.store, view: (ending) => new VaultView(each, ending) }));
}

/** The vault as the verifier lists it. */
export function vaultLister(all: Pick<Keepers, 'vaultBucket' | 'vaultTable'>, { s3, db }: Clients): VaultLister {
  return new AwsVaultLister(all, s3, db);
}
