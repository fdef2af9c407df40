import type { Ref } from '../erasure/ports';
import { type Clock, instant } from '../shared/clock';
import type { ListedThing, ObjectShelf, ObjectSource, Receipt, ReceiptBook, Secured, Vault } from './ports';
import { type Place, placeOf, type SealingOf } from './vault-layout';

export interface ObjectVaultDeps {
  readonly source: ObjectSource;
  readonly shelf: ObjectShelf;
  readonly receipts: ReceiptBook;
  readonly clock: Clock;
}

const KEPT: Secured = { outcome: 'kept' };
const GONE: Secured = { outcome: 'gone' };
const FAULT: Secured = { outcome: 'refused', cause: 'fault' };

/**
 * Seals versions and delete markers: first the copy, then the comparison of the bytes, then the receipt.
 * A version never changes, so whoever finds the receipt and the copy that it names has nothing left to do.
 *
 * A copy that is not what was read stays where it is, without a receipt, until the seal ends: the sealer cannot
 * delete from the vault.
 */
export class ObjectVault implements Vault {
  constructor(
    private readonly of: SealingOf,
    private readonly deps: ObjectVaultDeps,
  ) {}

  async secure(ref: Ref): Promise<Secured> {
    const { receipts, source } = this.deps;
    const place = placeOf(ref, this.of);
    const earlier = await receipts.find(place);
    if (earlier !== undefined && (await this.proves(earlier, ref))) return KEPT;
    const listed = await source.describe(ref);
    if (listed === undefined) return GONE;
    const receipt = await this.copied(ref, place, listed);
    if (receipt === 'gone') return GONE;
    if (receipt === 'differs') return FAULT;
    // Another sealer may have been faster: the next try finds its receipt.
    return (await receipts.put(place, receipt, earlier)) ? KEPT : FAULT;
  }

  private async proves(receipt: Receipt, ref: Ref): Promise<boolean> {
    if (receipt.sourceKey !== ref.key || receipt.sourceVersion !== ref.part || receipt.kind !== ref.kind) return false;
    if (receipt.kind === 'deleteMarkers') return true;
    return receipt.copy !== undefined && (await this.deps.shelf.has(receipt.copy));
  }

  private async copied(ref: Ref, place: Place, listed: ListedThing): Promise<Receipt | 'gone' | 'differs'> {
    const { source, shelf, clock } = this.deps;
    const receipt = {
      requestId: this.of.requestId,
      storeId: this.of.source.id,
      ...listed,
      sourceKey: ref.key,
      sourceVersion: ref.part,
      sealedAt: instant(clock.now()),
    };
    if (listed.kind === 'deleteMarkers') return receipt;
    const read = await source.read(ref);
    if (read === undefined) return 'gone';
    const { copy, agrees } = await shelf.copy(ref, place.objectKey, read);
    const same = agrees ?? (await shelf.sha256Of(copy)) === read.sha256;
    const { parts: _, ...content } = read;
    return same ? { ...receipt, content, copy } : 'differs';
  }
}
