import type { CensusResult, PersonalRow } from './census';

/** Reads rows with their content: only the fields that a rule keeps, and those that tell who it is. */
export interface PersonalRows {
  /** All rows of the tenant, in pages, read consistently. @throws StoreBusyError, StoreFaultError */
  read(tenantId: string): AsyncIterable<PersonalRow[]>;
}

/** What the certificate says: counts of rows alone. */
export type AnonymiseOutcome = Pick<CensusResult, 'rows' | 'fellBack'> & { readonly ruleId: string };

/** Numbers as they stay. Nothing in them leads to a person, a tenant or a request. */
export interface Statistic {
  readonly ruleId: string;
  /** Year of publication; a day would lead to the tenant whose contract ended then. */
  readonly year: string;
  /** Random, and derived from nothing. */
  readonly id: string;
  readonly k: number;
  readonly groups: CensusResult['groups'];
}

/** Where outcomes and numbers go. Methods throw StoreBusyError and StoreFaultError. */
export interface AnonymiseLedger {
  /** What was published for a store of a request; undefined when nothing has been decided yet. */
  outcomeOf(requestId: string, storeId: string): Promise<AnonymiseOutcome | undefined>;
  /**
   * Writes the outcome and, if there is one, the statistic: both or neither, and only if there is no outcome yet.
   * The answer is whether it wrote; if not, another's outcome may be there, or nobody's yet.
   */
  publish(
    requestId: string,
    storeId: string,
    outcome: AnonymiseOutcome,
    statistic: Statistic | undefined,
  ): Promise<boolean>;
}
