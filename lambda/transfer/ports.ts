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

/** Transfers as relay and egress write them. `dueAt`: when the sweep should look; null when never. */
export interface TransferLedger {
  /** Creates the transfer and the idempotency record in one transaction. */
  create(
    transfer: TransferRecord,
    idempotency: { readonly key: string; readonly bodyHash: string; readonly expiresAt: Date },
    dueAt: Date,
  ): Promise<{ outcome: 'created' } | { outcome: 'existing'; transferId: string; bodyHash: string }>;
  findByKey(key: string): Promise<{ transferId: string; bodyHash: string } | undefined>;
  get(transferId: string): Promise<TransferRecord | undefined>;
  /** @throws StaleRecordError */
  update(next: TransferRecord, expectedVersion: number, dueAt: Date): Promise<void>;
  /** Ends a transfer and drops its payload, both or neither. `row` is left out where it cannot be known. @throws StaleRecordError */
  end(next: TransferRecord, expectedVersion: number, row: PayloadRow | undefined): Promise<void>;
}

/** Transfers that nobody seems to work on. */
export interface DueTransfers {
  /** Ids, the longest due first. */
  due(now: Date, limit: number): Promise<string[]>;
}

/** Key of a row in the store of payloads, as the erasure engine finds it. */
export interface PayloadRow {
  readonly pk: string;
  readonly sk: string;
}

/** What a transfer's record says of its payload: the partition, and the row sealed, since a subject's id is in it. */
export type PayloadPointer = NonNullable<TransferRecord['payloadKey']>;

/** Puts payloads away, encrypted under the key of their data role, in a registered store. */
export interface PayloadDeposit {
  put(
    payload: Uint8Array,
    context: PayloadContext & { readonly subjectId?: string },
    expiresAt: Date,
  ): Promise<{ readonly pointer: PayloadPointer; readonly row: PayloadRow }>;
  /** Takes back what was put away for nothing. */
  drop(row: PayloadRow): Promise<void>;
}

/** Takes payloads out again. */
export interface PayloadVault {
  /** @throws where the key cannot be had, or the pointer is not this transfer's */
  open(pointer: PayloadPointer, context: PayloadContext): Promise<OpenPayload>;
}

export interface OpenPayload {
  readonly row: PayloadRow;
  /** Undefined where it was dropped or its person was erased. @throws where it is not what was put there */
  read(): Promise<Uint8Array | undefined>;
}

/** Bound into the encryption: a payload cannot be read as another's. */
export interface PayloadContext {
  readonly tenantId: string;
  readonly transferId: string;
  readonly dataRole: TransferRecord['dataRole'];
}

export interface EgressQueue {
  /** @param delaySeconds at most 900 */
  send(message: EgressMessage, delaySeconds?: number): Promise<void>;
}

/** Who may deliver to a processor: so many at once, and for a while none after it failed. */
export interface Slots {
  claim(processorId: string, now: Date): Promise<Claim>;
  /** Gives a slot back. `health`: what was seen of the processor; null where nothing was. */
  release(slot: Slot, health: 'well' | 'failing' | null, now: Date): Promise<void>;
}

export type Claim =
  | { readonly outcome: 'claimed'; readonly slot: Slot }
  /** `until`: when it makes sense to ask again, where that is known. */
  | { readonly outcome: 'busy'; readonly until?: Date };

export interface Slot {
  readonly processorId: string;
  readonly number: number;
  /** Tells this claim from a later one of the same slot. */
  readonly holder: string;
  /** Deliveries to the processor that failed one after the other, before this one. */
  readonly failures: number;
}

/** Hashes bodies so that nobody without the key can try values against a hash. */
export interface BodyHasher {
  hash(tenantId: string, canonicalBody: string): Promise<string>;
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
