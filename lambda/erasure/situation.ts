import type { Register } from '../../policies/schema';
import type { AnonymiseOutcome } from '../anonymise/ports';
import type { Announcement } from '../disclosure/ports';
import type { LegalHold } from '../holds/hold';
import type { RetentionDecision } from '../retention/decision';
import type { Keepers, Store } from '../shared/inventory';
import type { Reason, RequestRecord, Sealed, Status, Step, StoreAction, Verification } from './model';
import type { Line, StoredPlan } from './ports';

/** Everything known of a request when the next move is decided. */
export interface Situation {
  readonly request: RequestRecord;
  readonly plan: StoredPlan | undefined;
  readonly line: Line;
  readonly steps: readonly Step[];
  readonly verifications: readonly Verification[];
  /** Stores that the product works with. */
  readonly inventory: readonly Store[];
  /** Vault and books: what laws keep. */
  readonly keepers: Keepers;
  /** What the register says today of each planned store, legal holds apart: a law may have begun since the plan was made. */
  readonly decisions: readonly StoreDecision[];
  /** What became of rows that were anonymised, by store. */
  readonly anonymised: readonly { readonly storeId: string; readonly outcome: AnonymiseOutcome }[];
  /** Legal holds on anything of the tenant, as they stand now. */
  readonly holds: readonly LegalHold[];
  /** What processors were told of it, and what they said. */
  readonly announcement: Announcement;
  readonly now: Date;
  /** The sweeper asks: the request is due. */
  readonly woken: boolean;
  /** The sweeper asks, and nothing was heard for too long. */
  readonly revive: boolean;
  /** One of the request's messages failed for the last time. */
  readonly failure?: Reason;
  readonly rules: Register['erasure'];
  /** Milliseconds after which what S3 was still copying from a store has arrived in its copy. */
  readonly replicaSettleMs: number;
}

/** What the register says today of one planned store. */
export interface StoreDecision {
  readonly storeId: string;
  /** What follows from all of it; null where the facts do not add up. */
  readonly action: StoreAction | null;
  /** On the data as a whole. */
  readonly whole: RetentionDecision;
  /** On the fields of documents that laws on books name: for each financial year until when they stay. */
  readonly books: readonly BooksYear[];
}

/** Documents of one financial year that stay in the books longer than anywhere else. */
export interface BooksYear {
  readonly financialYearEnd: string;
  readonly documents: number;
  /** First day in India on which no law keeps them. */
  readonly until: string;
  readonly decision: RetentionDecision;
}

/** What one round does with one store. */
export interface Work {
  readonly storeId: string;
  readonly action: StoreAction;
}

export type CertificateOutcome = 'completed' | 'deferred' | 'held';

export type Move =
  | { readonly move: 'wait' }
  | { readonly move: 'wait-until'; readonly at: string }
  | { readonly move: 'make-plan' }
  | { readonly move: 'show-plan' }
  /** Begin a round: create its steps and start executing. Without work, because all is held, read at once. */
  | { readonly move: 'execute'; readonly round: number; readonly work: readonly Work[]; readonly change: RoundChange }
  /** Have these stores read again. */
  | { readonly move: 'verify'; readonly storeIds: readonly string[] }
  /** Have processors told, before anything is certified. */
  | { readonly move: 'announce' }
  /** Certify what is done; all but `completed` then waits. */
  | {
      readonly move: 'certify';
      readonly outcome: CertificateOutcome;
      readonly reasons: Reason[];
      readonly heldBy: string[];
      readonly sealed: Sealed[];
    }
  /** Goes on waiting, with the days that hold now. */
  | {
      readonly move: 'rest';
      readonly status: 'deferred' | 'held';
      readonly sealed: Sealed[];
      readonly reasons: Reason[];
    }
  | { readonly move: 'end'; readonly status: Status; readonly reasons: Reason[]; readonly sealed?: Sealed[] };

/** What the request takes over when a round begins. */
export type RoundChange = Partial<Pick<RequestRecord, 'firstRound' | 'useCeasedAt' | 'sealed' | 'heldBy'>>;

export const WAIT: Move = { move: 'wait' };

export function fail(code: string, message: string): Move {
  return end('failed', code, message);
}

export function end(status: Status, code: string, message: string): Move {
  return { move: 'end', status, reasons: [{ code, message }] };
}
