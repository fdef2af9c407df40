import type { Scope } from './model';

/** An erasure that began to delete: what it took must not come back with a backup. */
export interface PastErasure {
  readonly requestId: string;
  readonly tenantId: string;
  readonly scope: Scope;
  /** Only while the request is open; it is dropped at its end. */
  readonly subjectId?: string;
  /** Keyed hash of the subject id, and the id of the key. */
  readonly subjectHash?: { readonly keyId: string; readonly value: string };
  /** Stores in which it erased, or from which it sealed or anonymised. */
  readonly storeIds: readonly string[];
}

/** Where erasures are remembered. */
export interface PastErasures {
  /**
   * Every request that crossed its line and was still at work at that instant or later, whatever became of
   * it. Rather one too many: an erasure that is applied twice harms nothing.
   */
  since(since: Date): AsyncIterable<PastErasure>;
}

/** Erasures of one tenant in one store. */
export interface TenantErasures {
  readonly tenantId: string;
  /** Of the whole tenant. */
  readonly whole: PastErasure[];
  /** Of one person each. */
  readonly subjects: PastErasure[];
}

/** The erasures that worked in a store, tenant by tenant. Memory grows with their number, not with the data. */
export async function erasuresByTenant(
  erasures: AsyncIterable<PastErasure>,
  storeId: string,
): Promise<TenantErasures[]> {
  const tenants = new Map<string, TenantErasures>();
  for await (const erasure of erasures) {
    if (!erasure.storeIds.includes(storeId)) continue;
    const { tenantId } = erasure;
    const known = tenants.get(tenantId) ?? { tenantId, whole: [], subjects: [] };
    tenants.set(tenantId, known);
    (erasure.scope === 'tenant' ? known.whole : known.subjects).push(erasure);
  }
  return [...tenants.values()];
}
