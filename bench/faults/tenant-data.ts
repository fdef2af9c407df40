import type { Target } from '../../lambda/erasure/ports';
import type { Store } from '../../lambda/shared/inventory';
import { itemKey, objectKey, partitionKey, SHARED, shardName, shardPrefix } from '../../lambda/shared/layout';
import type { Chance } from './chance';
import type { Thing } from './faulty-store';

/** The tenant that requests are about, and one whose id begins with the same letters. */
export const TENANT = 'acme';
const NEIGHBOUR = 'acme-2';
export const SUBJECTS = ['asha', 'bilal', 'chitra', 'dev', 'esther'] as const;

/** Makes things as the CRM and its users would leave them, and some as they should not. */
export class TenantData {
  private made = 0;

  constructor(
    private readonly target: Target,
    private readonly chance: Chance,
  ) {}

  /** Something of the tenant, of a neighbour, or that lies where the layout does not put it. */
  any(store: Store, bornAt: number): Thing {
    const tenantId = this.chance.happens(0.2) ? NEIGHBOUR : TENANT;
    const owner = this.chance.happens(0.15) ? SHARED : this.chance.pick(SUBJECTS);
    return this.thing(store, tenantId, owner, bornAt, this.chance.happens(0.03));
  }

  /** Something new about the request's subject matter. */
  late(store: Store, bornAt: number): Thing {
    return this.thing(store, TENANT, this.target.subjectId ?? this.chance.pick(SUBJECTS), bornAt, false);
  }

  private thing(store: Store, tenantId: string, owner: string, bornAt: number, astray: boolean): Thing {
    const number = String(this.made++).padStart(6, '0');
    const targeted = this.isTargeted(store, tenantId, owner);
    if (store.kind === 'dynamodb') {
      const key = itemKey(tenantId, owner, `note#${number}`, store.shards);
      const pk = astray && owner !== SHARED ? partitionKey(tenantId, this.someShard(store)) : key.pk;
      return { kind: 'items', key: pk, part: key.sk, partition: pk, targeted, locked: false, bornAt };
    }
    const kind = this.chance.pick(['versions', 'versions', 'versions', 'deleteMarkers', 'uploads'] as const);
    const key =
      astray && owner !== SHARED
        ? `${shardPrefix(tenantId, this.someShard(store))}${owner}/file-${number}`
        : objectKey(tenantId, owner, `file-${this.chance.between(0, this.made)}`, store.shards);
    const partition = key.slice(0, key.indexOf('/', key.indexOf('/') + 1) + 1);
    const locked = store.objectLock && kind === 'versions' && this.chance.happens(0.02);
    return { kind, key, part: `v${number}`, partition, targeted, locked, bornAt };
  }

  private isTargeted(store: Store, tenantId: string, owner: string): boolean {
    if (tenantId !== TENANT) return false;
    if (this.target.scope === 'tenant' || owner === this.target.subjectId) return true;
    return owner === SHARED && store.subjectErasure === 'own-and-shared';
  }

  private someShard(store: Store): string {
    return shardName(this.chance.between(0, store.shards - 1));
  }
}
