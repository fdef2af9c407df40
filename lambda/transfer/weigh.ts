import type { Processor, Transfers } from '../../policies/schema';
import type { PolicyEngine } from './engine';
import type { DecidedBy, DecisionBody, LiveFacts, Obligations, Outcome } from './model';

/** What is asked, without whom it is about. */
export type Asked = Omit<DecisionBody, 'subjectId'>;

/** What a decision follows from beside the question and the moment. */
export interface TransferRules {
  /** Processors of the stage, by id. */
  readonly processors: ReadonlyMap<string, Processor>;
  readonly words: Transfers;
  readonly engine: PolicyEngine;
  /** SHA-256 of processors, words and policies. */
  readonly registerHash: string;
}

/** A decision before it is recorded. */
export interface Weighed {
  readonly outcome: Outcome;
  readonly decidedBy: readonly DecidedBy[];
  /** Null on a denial. */
  readonly obligations: Obligations | null;
  /** Fields that may go, by the register's names; empty on a denial. */
  readonly fields: readonly string[];
  /** Fields asked for that the register does not know. */
  readonly unknownFields: number;
  /** Those that were named and those that follow from the fields. */
  readonly categories: readonly string[];
  /** Countries of the processor; empty where it is unknown. */
  readonly countries: readonly string[];
}

/** Weighs a question: pure and total, so that relay and egress ask again with the moment's facts. */
export type Weigh = (asked: Asked, live: LiveFacts, now: Date, rules: TransferRules) => Weighed;
