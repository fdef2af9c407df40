import type { HeldKeys } from '../holds/cover';
import type { Store } from '../shared/inventory';
import type { METRIC } from '../shared/names';
import type {
  Counts,
  Message,
  Plan,
  RequestRecord,
  ResidueKind,
  Scope,
  SealTarget,
  Status,
  Step,
  Verification,
} from './model';

/** One thing that can be erased. Lives in memory only: keys may carry personal data. */
export interface Ref {
  readonly kind: ResidueKind;
  /** Object key or partition key. */
  readonly key: string;
  /** Version id, upload id or sort key. */
  readonly part: string;
  /** What shares one rate budget: the shard prefix or the partition key. */
  readonly partition: string;
}

/** Why one thing in a batch was not erased. */
export interface Refusal {
  readonly ref: Ref;
  readonly cause: 'busy' | 'fault' | 'denied';
}

/** One listing of a store that runs side by side with others. */
export interface Lane {
  readonly kind: 'versions' | 'uploads' | 'items';
  /** S3: key prefix. DynamoDB: partition key. */
  readonly prefix: string;
  /** S3: list keys after this one. */
  readonly from?: string;
  /** S3: the last key that can belong to the lane. */
  readonly until?: string;
  /** DynamoDB: sort keys begin with this. */
  readonly sortKeyPrefix?: string;
}

/** A store as the eraser sees it. */
export interface ErasableStore {
  readonly store: Store;
  /** Most things one `erase` call takes. */
  readonly batchSize: number;
  /** Most things erased between two journal entries; small where one takes long. @default - the eraser's own */
  readonly windowSize?: number;
  /**
   * One page of a lane. `next` continues it; without `next` the lane ends.
   * @throws StoreBusyError, StoreFaultError
   */
  list(lane: Lane, cursor?: string): Promise<{ refs: Ref[]; next?: string }>;
  /**
   * Erases; what is not in the answer is gone. Erasing what is gone already succeeds.
   * @throws StoreBusyError, StoreFaultError when nothing of the batch can be relied on
   */
  erase(batch: readonly Ref[]): Promise<Refusal[]>;
  /** Whether Object Lock or a legal hold forbids erasing the thing. */
  isLocked(ref: Ref): Promise<boolean>;
}

/** Whose data is meant. */
export interface Target {
  readonly scope: Scope;
  readonly tenantId: string;
  readonly subjectId?: string;
}

/** One thing left, as the second reader finds it. */
export interface Residue {
  readonly kind: ResidueKind;
  /** Kept by a legal hold, or locked by Object Lock. */
  readonly held: boolean;
}

/** The verifier's way into a store: another adapter and another role than the eraser's. */
export interface ResidueReader {
  /**
   * Everything of the target that is still there, in pages.
   *
   * @param isHeld tells by its key whether a legal hold of the control plane keeps a thing; left out where
   *   none does. What it keeps counts as held, locked or not.
   * @throws StoreBusyError, StoreFaultError
   */
  read(store: Store, target: Target, isHeld?: HeldKeys): AsyncIterable<Residue[]>;
}

export interface StepKey {
  readonly requestId: string;
  readonly round: number;
  readonly storeId: string;
  readonly part: number;
}

/** What a step has counted; `window` identifies the things counted in `found` but not yet known to be gone. */
export interface StepProgress {
  readonly found: Counts;
  readonly held: Counts;
  readonly refused: Counts;
  /** Truncated hashes of the window in flight, empty when nothing is. */
  readonly window: Uint8Array;
}

export type Claim =
  | { readonly outcome: 'claimed'; readonly step: Step; readonly window: Uint8Array }
  | { readonly outcome: 'done' }
  | { readonly outcome: 'busy' }
  | { readonly outcome: 'missing' };

/** Steps as the eraser writes them. Every write but `claim` throws LeaseLostError when another owner took over. */
export interface StepLedger {
  claim(key: StepKey, owner: string, now: Date, leaseMs: number): Promise<Claim>;
  journal(key: StepKey, owner: string, progress: StepProgress, now: Date, leaseMs: number): Promise<void>;
  /** Gives the step back, unfinished, for the next message. */
  release(key: StepKey, owner: string, progress: StepProgress, now: Date): Promise<void>;
  finish(key: StepKey, owner: string, progress: StepProgress, now: Date): Promise<void>;
}

/** The line between "may be cancelled" and "has begun", written once. */
export type Line =
  | { readonly state: 'open' }
  | { readonly state: 'crossed'; readonly at: string }
  | { readonly state: 'cancelled'; readonly at: string };

export interface LineKeeper {
  /** First writer wins; the answer is what stands there now. */
  cross(requestId: string, now: Date): Promise<Line>;
  cancel(requestId: string, by: string, now: Date): Promise<Line>;
  read(requestId: string): Promise<Line>;
}

/** Cursor of a list: creation instant and id of the last request shown. */
export const LIST_KEY_PATTERN = /^\d{4}-\d\d-\d\dT[\d:.]+Z#er-[0-9a-f-]{36}$/;

export interface RequestPage {
  readonly items: RequestRecord[];
  readonly nextCursor: string | null;
}

/** Requests as API and recorder write them. */
export interface RequestLedger {
  /**
   * Creates the request and the idempotency record in one transaction.
   * `existing`: the key was used before, with this body hash and for this request.
   */
  create(
    request: RequestRecord,
    idempotency: { readonly key: string; readonly bodyHash: string; readonly expiresAt: Date },
    dueAt: Date,
  ): Promise<{ outcome: 'created' } | { outcome: 'existing'; requestId: string; bodyHash: string }>;
  /** What an idempotency key was used for, if it was. */
  findByKey(key: string): Promise<{ requestId: string; bodyHash: string } | undefined>;
  get(requestId: string): Promise<RequestRecord | undefined>;
  /** Writes `next`; `dueAt` is when the sweeper should look, null when never. @throws StaleRecordError */
  update(next: RequestRecord, expectedVersion: number, dueAt: Date | null): Promise<void>;
  list(tenantId: string, status: Status | undefined, limit: number, cursor: string | undefined): Promise<RequestPage>;
  /** Ids of requests that are due, oldest first, at most `limit`. */
  due(now: Date, limit: number): Promise<string[]>;
}

export interface StoredPlan {
  readonly plan: Plan;
  readonly planHash: string;
}

export interface PlanLedger {
  /** First plan wins, so that a repeated message cannot change what was shown. */
  putPlan(requestId: string, plan: Plan, planHash: string): Promise<void>;
  getPlan(requestId: string): Promise<StoredPlan | undefined>;
}

export interface WorkLedger {
  /** Creates waiting steps; those that exist are left as they are. */
  createSteps(steps: readonly Step[]): Promise<void>;
  /** All steps of a request, every round. */
  steps(requestId: string): Promise<Step[]>;
}

export interface VerificationLedger {
  putVerification(verification: Verification): Promise<void>;
  /** All verifications of a request, every round. */
  verifications(requestId: string): Promise<Verification[]>;
}

export interface CertificateLedger {
  /** The first one of a number wins. `file` is the exact text a verifier checks. */
  putCertificate(requestId: string, number: number, file: string): Promise<void>;
  /** Certificates of a request are numbered from 1. */
  getCertificate(requestId: string, number: number): Promise<string | undefined>;
}

/** Proofs that the ledger has a certificate. */
export interface CertificateProofs {
  /** The file with its proof; undefined where there is none that holds, or not yet. Never throws. */
  withProof(file: string): Promise<string | undefined>;
}

/** Tells the keeper of terminations that the erasure it waits for has ended, or waits itself. */
export interface TerminationNotifier {
  changed(request: RequestRecord): Promise<void>;
}

/** Counts what lies sealed of one request and store, by two ways that should agree. */
export interface SealReader {
  count(
    request: Target & { readonly requestId: string },
    source: Store,
    into: SealTarget,
  ): Promise<{ readonly least: Counts; readonly most: Counts }>;
}

/** Sends to the queue that serves the message's type. */
export interface Outbox {
  send(message: Message, delaySeconds?: number): Promise<void>;
}

/** What the engine counts. */
export type ErasureMetric =
  | (typeof METRIC.erasuresIn)[keyof typeof METRIC.erasuresIn]
  | (typeof METRIC)[
      | 'erasuresOverdue'
      | 'erasuresSetBack'
      | 'erasuresRescued'
      | 'erasuresDue'
      | 'verifierDisagreements'];

/** Keyed hash of a subject id, so that records can name her without knowing her. */
export interface SubjectHasher {
  hash(tenantId: string, subjectId: string): Promise<{ algorithm: 'HMAC_SHA_256'; keyId: string; value: string }>;
}
