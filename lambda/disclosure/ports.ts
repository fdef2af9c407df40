import type { DecisionRecord, TransferRecord } from '../transfer/model';
import type { Notice } from './model';

/** Processors that have the data of a person or tenant, from the records of decisions. */
export interface RecipientReader {
  /** Ids of processors that were allowed something of her (or, without a subject, of the tenant), sorted. */
  recipients(tenantId: string, subjectId?: string): Promise<string[]>;
}

/** What is known of the telling of one erasure. */
export interface Announcement {
  /** When a notice existed for every processor that has the data; null until then. */
  readonly announcedAt: string | null;
  /** By processor. */
  readonly notices: readonly Notice[];
}

/** Records of what was allowed about one person, and of the transfers that came of it. */
export interface DisclosureReader {
  /**
   * Allowed decisions about her, newest first: those before a list key (`instant#decisionId`), or the newest of all.
   * `more`: there are older ones.
   */
  decisions(
    subjectKey: string,
    before: string | undefined,
    limit: number,
  ): Promise<{ readonly items: readonly DecisionRecord[]; readonly more: boolean }>;
  /** By id; those that do not exist (any more) are left out. */
  transfers(ids: readonly string[]): Promise<ReadonlyMap<string, TransferRecord>>;
}

export interface NoticeLedger {
  /**
   * Those that exist stay as they are.
   *
   * @param dueAt when the sweep should look at one; null when never
   * @returns ids of the processors whose notice was created now
   */
  create(notices: readonly Notice[], dueAt: (notice: Notice) => Date | null): Promise<string[]>;
  /** Notes that there is a notice for every processor of an erasure. The first time stands. */
  markAnnounced(requestId: string, at: Date): Promise<void>;
  /** All of one erasure, and whether that is all there will be. */
  announcement(requestId: string): Promise<Announcement>;
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
