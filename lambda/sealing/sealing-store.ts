import { StoreBusyError, StoreFaultError } from '../erasure/errors';
import type { ErasableStore, Lane, Ref, Refusal } from '../erasure/ports';
import { NeverSealableError } from './errors';
import type { Secured, Vault } from './ports';

export interface SealingOptions {
  /** Things secured at once. */
  readonly atOnce: number;
  /** Whether nothing new is to be begun, because what takes minutes would not end in time. @default - never */
  readonly outOfTime?: () => boolean;
  /** Told of every error that keeps a thing from being secured; its name may be logged, its text not. */
  readonly onFault: (error: unknown) => void;
}

/** Things of one `erase` call, and of one journal entry: copying takes so long that progress must be noted often. */
const BATCH = 16;
const WINDOW = 64;

/**
 * A store whose things are secured before they are erased, for one request.
 *
 * Nothing is erased that does not lie, checked, where a law keeps it. What could not be secured comes back as a
 * refusal and stays. Killed anywhere, a thing is in its store, or in the vault, or in both: never in neither.
 *
 * Unfinished uploads are erased without a copy: their parts were never an object, nobody could read them, and S3
 * itself cannot give them out again.
 */
export class SealingStore implements ErasableStore {
  readonly batchSize = BATCH;
  readonly windowSize = WINDOW;
  private readonly waiting: (() => void)[] = [];
  private free: number;

  constructor(
    private readonly inner: ErasableStore,
    private readonly vault: Vault,
    private readonly options: SealingOptions,
  ) {
    this.free = options.atOnce;
  }

  get store() {
    return this.inner.store;
  }

  list(lane: Lane, cursor?: string): Promise<{ refs: Ref[]; next?: string }> {
    return this.inner.list(lane, cursor);
  }

  isLocked(ref: Ref): Promise<boolean> {
    return this.inner.isLocked(ref);
  }

  async erase(batch: readonly Ref[]): Promise<Refusal[]> {
    const refusals: Refusal[] = [];
    const byId = batch.filter((ref) => ref.kind === 'uploads');
    await Promise.all(
      batch
        .filter((ref) => ref.kind !== 'uploads')
        .map((ref) =>
          this.oneOfFew(async () => {
            const outcome = await this.secureAndErase(ref);
            if (outcome === 'erase-by-id') byId.push(ref);
            else if (outcome !== 'erased') refusals.push({ ref, cause: outcome });
          }),
        ),
    );
    if (byId.length > 0) refusals.push(...(await this.inner.erase(byId)));
    return refusals;
  }

  private async secureAndErase(ref: Ref): Promise<'erase-by-id' | 'erased' | Refusal['cause']> {
    if (this.options.outOfTime?.()) return 'busy';
    try {
      return await this.settle(await this.vault.secure(ref));
    } catch (error) {
      if (error instanceof StoreBusyError) return 'busy';
      this.options.onFault(error);
      if (error instanceof NeverSealableError) return 'denied';
      // A fault of the store, or one that is none of ours such as a key that may not be used: the thing stays.
      return 'fault';
    }
  }

  private async settle(secured: Secured): Promise<'erase-by-id' | 'erased' | Refusal['cause']> {
    switch (secured.outcome) {
      case 'kept':
        return 'erase-by-id';
      case 'gone':
        return 'erased';
      case 'kept-as-read':
        // What changed since it was read is sealed as it is now in the next try.
        return (await secured.erase()) === 'erased' ? 'erased' : 'fault';
      case 'refused':
        if (secured.cause !== 'busy') this.options.onFault(new StoreFaultError(this.store.id));
        return secured.cause;
    }
  }

  /** Runs `work` when one of few slots is free; the slots are shared by all calls of the store. */
  private async oneOfFew(work: () => Promise<void>): Promise<void> {
    if (this.free > 0) this.free -= 1;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
    try {
      await work();
    } finally {
      const next = this.waiting.shift();
      if (next === undefined) this.free += 1;
      else next();
    }
  }
}
