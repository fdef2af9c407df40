import type { Notice } from './model';

/** Processors that have the data of a person or tenant, from the records of decisions. */
export interface RecipientReader {
  /** Ids of processors that were allowed something of her (or, without a subject, of the tenant), sorted. */
  recipients(tenantId: string, subjectId?: string): Promise<string[]>;
}

export interface NoticeLedger {
  /** Those that exist stay as they are. */
  create(notices: readonly Notice[]): Promise<void>;
  get(requestId: string, processorId: string): Promise<Notice | undefined>;
  /** All of one erasure, by processor. */
  list(requestId: string): Promise<Notice[]>;
  /** `dueAt`: when the sweep should look again; null when never. @throws StaleRecordError */
  update(next: Notice, expectedVersion: number, dueAt: Date | null): Promise<void>;
  /** Keys of those that are due, oldest first. */
  due(now: Date, limit: number): Promise<{ readonly requestId: string; readonly processorId: string }[]>;
}

/** Tells the function that speaks for erasures which processors have to hear of one. Ids only. */
export interface Announcer {
  announce(requestId: string): Promise<void>;
}
