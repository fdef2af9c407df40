import type { Ref, Refusal } from '../erasure/ports';
import type { Store } from '../shared/inventory';
import type { Direction, Done, Flag, RecoveryKey, RecoveryMessage, TickMessage } from './model';

/** What has been hidden and revealed, in the control table. */
export interface RecoveryLedger {
  /** Ids of the stores that are hidden, or revealed, to the end. Consistent. */
  done(tenantId: string, terminationId: string, direction: Direction): Promise<string[]>;
  /** The first one written stands, so that a repeated message changes nothing. */
  markDone(tenantId: string, terminationId: string, done: Done): Promise<void>;
}

/** What revealing has to know of the hiding before it. */
export interface HidingTrace {
  /** When the marks of hiding began, by the store's clock; undefined when nothing was hidden. */
  readonly since: Date | undefined;
  /** Until when workers that have not said goodbye may still be hiding; undefined when there are none. */
  readonly hidingUntil: Date | undefined;
  /** Shard at which revealing goes on; undefined = the start. */
  readonly position: string | undefined;
}

/** Notes of the workers on one store under one termination: instants, counts and shard names. */
export interface WorkLedger {
  /**
   * Enters a worker that hides until then at the latest.
   * @returns false when revealing has begun: from then on nothing may be hidden for this termination
   */
  beginHiding(key: RecoveryKey, owner: string, until: Date): Promise<boolean>;
  /** The worker has ended: none of its calls is under way any more. */
  endHiding(key: RecoveryKey, owner: string): Promise<void>;
  /** Notes when the marks of hiding begin. The first writer wins; the answer is what stands. */
  openWindow(key: RecoveryKey, since: Date): Promise<Date>;
  /** When the marks of hiding began; undefined when there are none. */
  windowOf(key: RecoveryKey): Promise<Date | undefined>;
  /** Stops any further hiding, for good. */
  beginRevealing(key: RecoveryKey): Promise<HidingTrace>;
  /** Notes that hiding had ended by then. The first writer wins; the answer is what stands. */
  closeWindow(key: RecoveryKey, until: Date): Promise<Date>;
  /** Adds to the count of a direction; `position` is the shard before which everything is revealed. Returns the sum. */
  report(key: RecoveryKey, direction: Direction, count: number, position?: string): Promise<number>;
}

/** One page of a listing. `next` continues it; without `next` it ends. */
export interface ListPage<T> {
  readonly things: readonly T[];
  readonly next?: string;
  /** The store's own clock when it answered, in whole seconds. */
  readonly at: Date;
}

/** One version or delete marker of a listing. In memory only. */
export interface Entry extends Ref {
  /** The store's time of its creation in milliseconds since the epoch. */
  readonly modifiedAt: number;
}

/** A bucket for the worker that hides. */
export interface HidingStore {
  readonly store: Store;
  /** Most objects one `mark` call takes. */
  readonly batchSize: number;
  /** Objects that can be read without naming a version. @throws StoreBusyError, StoreFaultError */
  listCurrent(tenantId: string, cursor?: string): Promise<ListPage<Ref>>;
  /** Puts a delete marker on each. What is not in the answer has one. @throws StoreBusyError, StoreFaultError */
  mark(batch: readonly Ref[]): Promise<Refusal[]>;
}

/** A bucket for the worker that reveals. */
export interface RevealingStore {
  readonly store: Store;
  /** Most markers one `unmark` call takes. */
  readonly batchSize: number;
  /**
   * All versions and delete markers by key, the newest of a key first, beginning at a shard.
   * @throws StoreBusyError, StoreFaultError
   */
  listVersions(tenantId: string, shard: string | undefined, cursor?: string): Promise<ListPage<Entry>>;
  /** Removes these markers, and they alone. What is not in the answer is gone. @throws StoreBusyError, StoreFaultError */
  unmark(batch: readonly Ref[]): Promise<Refusal[]>;
}

/** The flags of a table. */
export interface FlagTable {
  readonly store: Store;
  /** Sets the flag of a termination; one that it has set already stays. @throws ForeignFlagError, StoreBusyError, StoreFaultError */
  set(tenantId: string, flag: Flag): Promise<void>;
  /** Removes the flag of this termination; another one's stays. @throws StoreBusyError, StoreFaultError */
  clear(tenantId: string, terminationId: string): Promise<void>;
}

/** Sends work to the queues of hiding and revealing. */
export interface RecoveryOutbox {
  send(message: RecoveryMessage, delaySeconds?: number): Promise<void>;
}

/** Wakes the termination. */
export interface TickOutbox {
  tick(message: TickMessage): Promise<void>;
}
