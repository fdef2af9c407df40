import { withBackoff } from '../erasure/backoff';
import { StoreFaultError } from '../erasure/errors';
import type { Ref } from '../erasure/ports';
import { type Clock, instant, type Sleep } from '../shared/clock';
import { NeverSealableError } from './errors';
import type { Row, RowShelf, RowSource, Secured, Vault } from './ports';
import { placeOf, type SealingOf } from './vault-layout';

export interface RowVaultDeps<C> {
  readonly source: RowSource<C>;
  readonly shelf: RowShelf<C>;
  readonly clock: Clock;
  readonly sleep: Sleep;
}

/**
 * Most attributes that one condition can compare: each takes two operators, `=` and `AND`, and DynamoDB takes 300.
 * A row with more is refused. To delete it unconditionally and look at what came back would lose whatever had been
 * changed, should the function die between the two.
 */
export const MOST_ATTRIBUTES = 150;

/**
 * Seals rows, whole and in DynamoDB's own types. A row can change between reading and erasing, so each state that
 * was read has a place of its own, and only the state that was sealed is erased.
 */
export class RowVault<C> implements Vault {
  constructor(
    private readonly of: SealingOf,
    private readonly deps: RowVaultDeps<C>,
  ) {}

  async secure(ref: Ref): Promise<Secured> {
    const row = await this.deps.source.read(ref);
    if (row === undefined) return { outcome: 'gone' };
    if (row.attributes > MOST_ATTRIBUTES)
      throw new NeverSealableError(this.of.source.id, `a row of more than ${MOST_ATTRIBUTES} attributes`);
    if (!(await this.keep(ref, row))) return { outcome: 'refused', cause: 'fault' };
    return { outcome: 'kept-as-read', erase: () => this.erase(ref, row) };
  }

  /** Writes and reads back: whether the very row lies there. */
  private async keep(ref: Ref, row: Row<C>): Promise<boolean> {
    const { shelf, clock } = this.deps;
    const place = placeOf(ref, this.of, row.sha256);
    const label = { requestId: this.of.requestId, storeId: this.of.source.id, sealedAt: instant(clock.now()) };
    await shelf.put(place, ref, row, label);
    return (await shelf.sha256Of(place)) === row.sha256;
  }

  private async erase(ref: Ref, row: Row<C>): Promise<'erased' | 'changed'> {
    const result = await this.deps.source.eraseUnchanged(ref, row);
    if (result.outcome === 'changed') return 'changed';
    const { more } = result;
    if (more === undefined) return 'erased';
    // The row is in memory alone now. Nobody should be writing any more, and a recovery point still has it.
    await withBackoff(async () => {
      if (!(await this.keep(ref, more))) throw new StoreFaultError(this.of.source.id);
    }, this.deps.sleep);
    return 'erased';
  }
}
