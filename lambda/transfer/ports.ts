import type { DecisionRecord, EgressMessage, LiveFacts, Restriction, TransferRecord } from './model';

/** Writes decisions, each in one request. */
export interface DecisionLedger {
  /**
   * Records a decision, and in the same request that the processor now belongs to those that have the tenant's data
   * when it is not a denial. Whoever gets an error must answer with a denial.
   */
  record(decision: DecisionRecord): Promise<void>;
}

/** What is known of this moment, cached for at most the register's seconds. @throws when it cannot be read */
export interface LiveReader {
  facts(tenantId: string): Promise<LiveFacts>;
}

/** Keyed hashes, so that records can name people and processors can name them back without knowing the CRM's ids. */
export interface SubjectKeys {
  /** Names a person in records: the same for ever, until the key is destroyed. */
  subjectKey(tenantId: string, subjectId: string): Promise<string>;
  /** Names a person (or with no subject the tenant) towards one processor, and differs from one to the next. */
  reference(tenantId: string, subjectId: string | undefined, processorId: string): Promise<string>;
}

/** Restrictions as the desk writes them. */
export interface RestrictionLedger {
  /**
   * Adds one to those that stand, none of which it takes away. Answers with the one that stands, which is an earlier
   * one where that says the same; `full` when too many stand.
   *
   * @throws StaleRecordError when somebody else changed those that stand
   */
  create(restriction: Restriction): Promise<Restriction | 'full'>;
  get(restrictionId: string): Promise<Restriction | undefined>;
  /** @throws StaleRecordError when somebody else changed it */
  update(next: Restriction, expectedVersion: number): Promise<void>;
  /** Standing ones first, then lifted ones, newest first. */
  list(): Promise<Restriction[]>;
}

/** What would have been stopped. Counts of allowed decisions since a day, for one processor. */
export interface PastTransfers {
  count(
    processorId: string,
    since: Date,
    now: Date,
  ): Promise<{ readonly decisions: number; readonly tenants: readonly string[]; readonly complete: boolean }>;
}

/** Transfers as relay and egress write them. */
export interface TransferLedger {
  /** Creates the transfer and the idempotency record in one transaction. */
  create(
    transfer: TransferRecord,
    idempotency: { readonly key: string; readonly bodyHash: string; readonly expiresAt: Date },
  ): Promise<{ outcome: 'created' } | { outcome: 'existing'; transferId: string; bodyHash: string }>;
  findByKey(key: string): Promise<{ transferId: string; bodyHash: string } | undefined>;
  get(transferId: string): Promise<TransferRecord | undefined>;
  /** @throws StaleRecordError */
  update(next: TransferRecord, expectedVersion: number): Promise<void>;
}

/** Payloads on their way: encrypted under the key of their data role, in a registered store, gone at the end. */
export interface PayloadStore {
  put(
    at: { readonly pk: string; readonly sk: string },
    payload: Uint8Array,
    context: PayloadContext,
    expiresAt: Date,
  ): Promise<void>;
  /** Undefined where it was dropped or its person was erased. */
  get(at: { readonly pk: string; readonly sk: string }, context: PayloadContext): Promise<Uint8Array | undefined>;
  drop(at: { readonly pk: string; readonly sk: string }): Promise<void>;
}

/** Bound into the encryption: a payload cannot be read as another's. */
export interface PayloadContext {
  readonly tenantId: string;
  readonly transferId: string;
  readonly dataRole: TransferRecord['dataRole'];
}

export interface EgressQueue {
  send(message: EgressMessage, delaySeconds?: number): Promise<void>;
}

/** Replaces values by virtual tokens that stay the same for one person, field and value. */
export interface TokenIssuer {
  issue(of: {
    readonly tenantId: string;
    readonly subjectId: string;
    readonly field: string;
    readonly value: string;
  }): Promise<string>;
}

/** Replaces values by keyed hashes that are the same within one tenant, field by field, and tell nothing of the value. */
export interface FieldHasher {
  hash(of: { readonly tenantId: string; readonly field: string; readonly value: string }): Promise<string>;
}
