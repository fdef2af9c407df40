import type { RequestRecord, SealTarget } from '../erasure/model';
import type { ErasableStore, Lane, Ref, Refusal } from '../erasure/ports';
import { sealedObject, sealedRow } from './vault-layout';

/** What of the vault ends in a request's round. */
export interface Ending {
  readonly requestId: string;
  /** Stores that the sealed things came from. */
  readonly storeIds: ReadonlySet<string>;
}

/** What of the vault or the books ends in the round that a request is in. */
export function endingOf({ requestId, sealed }: RequestRecord, into: SealTarget): Ending {
  const ending = sealed.filter((entry) => entry.state === 'ending' && entry.into === into);
  return { requestId, storeIds: new Set(ending.map(({ storeId }) => storeId)) };
}

/** Days on which the locks of those documents end that no law keeps any more. */
export function freeDaysOf({ sealed }: RequestRecord): ReadonlySet<string> {
  const ending = sealed.filter((entry) => entry.state === 'ending' && entry.into === 'books');
  const free = ending.flatMap(({ years, freeYears }) =>
    years.filter(({ financialYearEnd }) => freeYears.includes(financialYearEnd)),
  );
  return new Set(free.map(({ until }) => until));
}

/**
 * The vault's bucket or table as the eraser sees it when a seal ends: it shows one request's things out of some
 * stores, and erases no others. Everything else in the vault is kept by other laws or for others.
 */
export class VaultView implements ErasableStore {
  constructor(
    private readonly inner: ErasableStore,
    private readonly ending: Ending,
  ) {}

  get store() {
    return this.inner.store;
  }

  get batchSize() {
    return this.inner.batchSize;
  }

  async list(lane: Lane, cursor?: string): Promise<{ refs: Ref[]; next?: string }> {
    const page = await this.inner.list(lane, cursor);
    return { ...page, refs: page.refs.filter((ref) => this.ends(ref)) };
  }

  /** @throws Error when something is to be erased that does not end */
  async erase(batch: readonly Ref[]): Promise<Refusal[]> {
    if (!batch.every((ref) => this.ends(ref))) throw new Error('the vault gives out only what ends');
    return this.inner.erase(batch);
  }

  isLocked(ref: Ref): Promise<boolean> {
    return this.inner.isLocked(ref);
  }

  private ends(ref: Ref): boolean {
    const name = ref.kind === 'items' ? sealedRow(ref.part) : sealedObject(ref.key);
    return name?.requestId === this.ending.requestId && this.ending.storeIds.has(name.storeId);
  }
}
