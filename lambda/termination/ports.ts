import type { METRIC } from '../shared/names';
import type { NoticeEvent, StateEvent } from './events';
import type { StoreAsk, TerminationRecord, Tick } from './model';

export interface KeyUse {
  readonly terminationId: string;
  readonly bodyHash: string;
}

export interface Idempotency {
  readonly key: string;
  readonly bodyHash: string;
  readonly expiresAt: Date;
}

/** Terminations as API and keeper write them. One is current for a tenant; earlier ones were restored. */
export interface TerminationLedger {
  /** What an idempotency key was used for, if it was. */
  findByKey(key: string): Promise<KeyUse | undefined>;
  /** The current termination, read consistently. */
  get(tenantId: string): Promise<TerminationRecord | undefined>;
  /** An earlier one of the tenant. */
  past(tenantId: string, terminationId: string): Promise<TerminationRecord | undefined>;
  /**
   * Writes the termination, its idempotency record and, where there was an earlier one, that as a past one:
   * all or nothing. `lost`: the key was used or the tenant's record changed meanwhile; read again.
   */
  begin(
    record: TerminationRecord,
    idempotency: Idempotency,
    previous: TerminationRecord | undefined,
  ): Promise<'begun' | 'lost'>;
  /** Notes that a key was answered with a termination that stood already; the first use of a key stands. */
  remember(terminationId: string, idempotency: Idempotency): Promise<KeyUse>;
  /** Writes the current termination. @throws StaleTerminationError when its version is another one */
  update(next: TerminationRecord, expectedVersion: number): Promise<void>;
}

/** What is due, from an index that holds nothing else. */
export interface DueReader {
  /** Tenant and termination ids due by then, longest due first, in pages. */
  due(by: Date, limit: number): Promise<{ readonly tenantId: string; readonly terminationId: string }[]>;
}

/** Sends to the queues of the keeper and of hiding and revealing. */
export interface TerminationOutbox {
  /** @param delaySeconds at most 900 */
  tick(tick: Tick, delaySeconds?: number): Promise<void>;
  ask(ask: StoreAsk): Promise<void>;
}

/** What hiding and revealing have finished; written by their workers alone. */
export interface StoresDone {
  done(tenantId: string, terminationId: string, direction: 'hide' | 'reveal'): Promise<readonly string[]>;
}

export interface ScheduledTick {
  /** `<terminationId>-<what>`: the same again is the same schedule. */
  readonly name: string;
  readonly at: Date;
  readonly tenantId: string;
  readonly terminationId: string;
}

/** One-time schedules that send a tick. */
export interface Schedules {
  /** Making one that is there already succeeds. @throws ScheduleFaultError */
  put(schedule: ScheduledTick): Promise<void>;
  /** Removing one that is gone already succeeds. @throws ScheduleFaultError */
  cancel(name: string, terminationId: string): Promise<void>;
}

/** Events for the CRM, at least once; `noticeId` and `eventId` tell repetitions. @throws EventNotTakenError */
export interface EventBus {
  notice(event: NoticeEvent): Promise<void>;
  state(event: StateEvent): Promise<void>;
}

/** What the keeper counts. */
export type TerminationMetric = (typeof METRIC)['terminationsMissed' | 'noticesLate' | 'terminationAlarms'];
