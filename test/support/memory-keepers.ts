import { StoreFaultError } from '../../lambda/erasure/errors';
import type { RequestRecord } from '../../lambda/erasure/model';
import type { ErasableStore, Ref, SealReader, Target } from '../../lambda/erasure/ports';
import type { Vault } from '../../lambda/sealing/ports';
import { readSealed } from '../../lambda/sealing/seal-reader';
import { SealingStore } from '../../lambda/sealing/sealing-store';
import { placeOf, sealedObject, sealedRow } from '../../lambda/sealing/vault-layout';
import { VaultView } from '../../lambda/sealing/vault-view';
import { sha256Hex } from '../../lambda/shared/canonical';
import type { Keepers, Store } from '../../lambda/shared/inventory';
import { belongsTo, type Faults, type Invocation, MemoryStore } from './memory-cloud';
import type { Random } from './random';

/** Hash of what every row holds here. */
export const STATE = sha256Hex('state');

/** Vault and books, as the inventory of the harness has them. */
export function keepersOf(shards: number): Keepers {
  const base = {
    region: 'ap-south-1',
    shards,
    recovery: 'restorable',
    documents: null,
    subjectErasure: 'own',
  } as const;
  const key = { keyArn: 'arn:key' };
  const tenant = { ...base, ...key, dataRole: 'tenant', dataClass: 'sealed-data' } as const;
  return {
    vaultBucket: { ...tenant, id: 'vault-objects', kind: 's3', name: 'vault', objectLock: false },
    vaultTable: { ...tenant, id: 'vault-rows', kind: 'dynamodb', name: 'vault-rows', objectLock: false },
    books: {
      ...{ ...base, ...key, dataRole: 'books', dataClass: 'statutory-books' },
      ...{ id: 'statutory-books', kind: 's3', name: 'books', objectLock: true, lockMode: 'GOVERNANCE' },
    },
  };
}

/** The vault on memory stores, and the views of it that the engine's functions have. */
export class MemoryKeepers {
  readonly bucket: MemoryStore;
  readonly table: MemoryStore;

  constructor(
    readonly keepers: Keepers,
    private readonly random: Random,
    private readonly faults: Faults,
    now: () => number,
  ) {
    this.bucket = new MemoryStore(keepers.vaultBucket, random, { ...faults, denied: 0 }, now);
    this.table = new MemoryStore(keepers.vaultTable, random, { ...faults, denied: 0 }, now);
  }

  /** A live store whose things are sealed before they go. */
  sealing(inner: ErasableStore, request: RequestRecord, invocation: Invocation): ErasableStore {
    return new SealingStore(inner, this.vault(inner.store, request, invocation), {
      atOnce: 3,
      onFault: () => undefined,
    });
  }

  /** What of the vault ends in the request's round. */
  ending(storeId: string, request: RequestRecord, invocation: Invocation): ErasableStore | undefined {
    const store = [this.bucket, this.table].find((each) => each.store.id === storeId);
    const ended = request.sealed.filter(({ state, into }) => state === 'ending' && into === 'vault');
    const of = { requestId: request.requestId, storeIds: new Set(ended.map((entry) => entry.storeId)) };
    return store && new VaultView(store.erasable(invocation), of);
  }

  reader(invocation: Invocation): SealReader {
    return {
      count: async (request, source) => {
        const of = { target: request, requestId: request.requestId, storeId: source.id };
        const { sealed, remains } = await readSealed(of, {
          objects: (target, requestId) => this.list(this.bucket, target, requestId, invocation),
          rows: (target, requestId) => this.list(this.table, target, requestId, invocation),
        });
        return { least: sealed, most: remains };
      },
    };
  }

  private async *list(memory: MemoryStore, target: Target, requestId: string, invocation: Invocation) {
    const things = await invocation.call(() => memory.all().filter((t) => belongsTo(t, memory.store, target)));
    yield things.flatMap((thing) => {
      const name = thing.kind === 'items' ? sealedRow(thing.part) : sealedObject(thing.key);
      return name?.requestId === requestId ? [{ ...name, as: thing.kind }] : [];
    });
  }

  private vault(source: Store, request: RequestRecord, invocation: Invocation): Vault {
    const of = { requestId: request.requestId, target: request, source, keepers: this.keepers };
    return {
      secure: async (ref: Ref) => {
        const place = placeOf(ref, of, ref.kind === 'items' ? STATE : undefined);
        await invocation.call(() => {
          if (this.random.chance(this.faults.fault)) throw new StoreFaultError(source.id);
          if (ref.kind === 'versions') writeOnce(this.bucket, 'versions', place.objectKey, 'copy');
        });
        await invocation.call(() => writeOnce(this.table, 'items', place.pk, place.sk));
        return { outcome: 'kept' as const };
      },
    };
  }
}

function writeOnce(memory: MemoryStore, kind: Ref['kind'], key: string, part: string): void {
  if (!memory.all().some((thing) => thing.key === key && thing.part === part)) memory.write(kind, key, part);
}
