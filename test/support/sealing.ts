import type { ErasableStore, Ref } from '../../lambda/erasure/ports';
import { ObjectVault } from '../../lambda/sealing/object-vault';
import type { Receipt } from '../../lambda/sealing/ports';
import { RowVault } from '../../lambda/sealing/row-vault';
import { SealingStore } from '../../lambda/sealing/sealing-store';
import type { SealingOf } from '../../lambda/sealing/vault-layout';
import type { Keepers, Store } from '../../lambda/shared/inventory';
import { STORES } from './erasure-harness';
import type { MemoryVault } from './memory-vault';
import { immortal, type Stepper } from './stepper';

const store = (id: string): Store => {
  const found = STORES.find((each) => each.id === id);
  if (found === undefined) throw new Error(`no store ${id}`);
  return found;
};
export const FILES = store('customer-files');
export const RECORDS = store('crm-records');
export const NOW = new Date('2027-06-01T06:00:00.000Z');

const vault = {
  region: 'ap-south-1',
  dataRole: 'tenant',
  dataClass: 'sealed-data',
  shards: 4,
  objectLock: true,
} as const;
const rest = { subjectErasure: 'own', recovery: 'restorable', documents: null, keyArn: 'arn:vault-key' } as const;
export const KEEPERS: Pick<Keepers, 'vaultBucket' | 'vaultTable'> = {
  vaultBucket: { ...vault, ...rest, id: 'vault-objects', kind: 's3', name: 'vault' },
  vaultTable: { ...vault, ...rest, id: 'vault-rows', kind: 'dynamodb', name: 'vault-table', objectLock: false },
};

export function sealingOf(source: Store, more: Partial<SealingOf> = {}): SealingOf {
  return { requestId: 'er-1', target: { scope: 'tenant', tenantId: 'acme' }, source, keepers: KEEPERS, ...more };
}

/** The sealing view of one process on objects or rows. */
export function sealing(
  memory: MemoryVault,
  source: Store,
  process: Stepper = immortal(),
  faults: unknown[] = [],
  outOfTime = () => false,
) {
  const deps = { clock: { now: () => NOW }, sleep: () => Promise.resolve() };
  const vaultOf =
    source.kind === 's3'
      ? new ObjectVault(sealingOf(source), {
          ...deps,
          source: memory.source(process),
          shelf: memory.shelf(process),
          receipts: memory.book(process),
        })
      : new RowVault(sealingOf(source), {
          ...deps,
          source: memory.rowSource(process),
          shelf: memory.rowShelf(process),
        });
  const onFault = (error: unknown) => faults.push(error);
  return new SealingStore(memory.inner(source, process), vaultOf, { atOnce: 3, onFault, outOfTime });
}

/** Seals all there is, in tries of a living process; the answer is what was refused in the last one. */
export async function sealAll(view: ErasableStore, tries = 5): Promise<string[]> {
  let refused: string[] = [];
  for (let n = 0; n < tries; n++) {
    const all = await listAll(view);
    if (all.length === 0) return [];
    refused = (await view.erase(all)).map(({ cause }) => cause);
  }
  return refused;
}

export async function listAll(view: ErasableStore): Promise<Ref[]> {
  const kinds = view.store.kind === 's3' ? (['uploads', 'versions'] as const) : (['items'] as const);
  const pages = await Promise.all(kinds.map((kind) => view.list({ kind, prefix: 'acme/' })));
  return pages.flatMap((page) => page.refs);
}

/** A key's history as the vault tells it, newest first. */
export function historyOf(memory: MemoryVault, key: string) {
  const ofKey = [...memory.receipts.values()].filter((receipt) => receipt.sourceKey === key);
  return ofKey.sort(newestFirst).map((receipt) => ({
    id: receipt.sourceVersion,
    time: receipt.lastModified,
    bytes:
      receipt.copy === undefined
        ? undefined
        : memory.copies.find((copy) => copy.versionId === receipt.copy?.versionId)?.bytes,
    metadata: receipt.content?.metadata,
  }));
}

/** Of two with the same time, the one that was sealed first saw the other: its list says which is newer. */
function newestFirst(a: Receipt, b: Receipt): number {
  if (a.lastModified !== b.lastModified) return a.lastModified < b.lastModified ? 1 : -1;
  const witness = a.tied.includes(b.sourceVersion) ? a.tied : b.tied;
  return witness.indexOf(a.sourceVersion) - witness.indexOf(b.sourceVersion);
}
