import type { Ref } from '../erasure/ports';
import type { Store } from '../shared/inventory';
import type { HoldReader, LegalHold } from './hold';
import type { HoldRecord, Lifted, LocksMessage } from './model';

export interface HoldPage {
  readonly items: HoldRecord[];
  readonly nextCursor: string | null;
}

/** Holds as their API writes them. Every earlier wording of a hold is kept beside it. */
export interface HoldLedger {
  /** The hold of that id, standing or lifted, of whatever tenant. Strongly consistent. */
  find(holdId: string): Promise<HoldRecord | undefined>;
  /** Places a new hold. `taken`: the id stands for another one. */
  place(hold: LegalHold, changedBy: string): Promise<'placed' | 'taken'>;
  /** Replaces `before`, which is kept as history. @throws StaleRecordError */
  change(before: HoldRecord, next: LegalHold, changedBy: string): Promise<void>;
  /** @throws StaleRecordError */
  lift(standing: LegalHold, lifted: Lifted): Promise<void>;
  /** Standing and lifted ones, by id. */
  list(tenantId: string, limit: number, cursor: string | undefined): Promise<HoldPage>;
}

/** Holds as the worker sees them that sets S3 legal holds. */
export interface LocksLedger extends HoldReader, Pick<HoldLedger, 'find'> {
  /** Parts of a pass that are done. */
  done(pass: LocksMessage): Promise<ReadonlySet<string>>;
  markDone(pass: LocksMessage, part: string, expiresAt: Date): Promise<void>;
  /** Notes that a pass has ended while the hold stands. */
  applied(hold: LegalHold, at: Date): Promise<void>;
  /** Notes that a pass has ended after the hold was lifted; nothing is open about it any more. */
  released(hold: LegalHold, at: Date): Promise<void>;
}

/** A hold that stands, or was lifted and is not released yet. */
export interface OpenHold {
  readonly tenantId: string;
  readonly holdId: string;
  /** When its review day begins in India, or when it was lifted. */
  readonly dueAt: string;
  readonly state: 'standing' | 'lifted';
}

/** Every open hold of every tenant, earliest review first. */
export interface OpenHolds {
  open(): AsyncIterable<OpenHold>;
}

/** Legal holds of single versions in S3. */
export interface VersionLocks {
  /** Sets or removes the version's legal hold, where it is not as wanted. A version that is gone is left so. */
  set(store: Store, version: Ref, on: boolean): Promise<void>;
}

/** Sends to the queue of the worker that sets S3 legal holds. */
export interface LocksOutbox {
  send(message: LocksMessage): Promise<void>;
}
