import type { PolicyQuestion } from '../../policies/transfers/question';
import type { DecidedBy } from './model';

export type { PolicyQuestion };

/** What policies answer. `allowed` only where some policy permits, none forbids and none failed to evaluate. */
export interface Verdict {
  readonly allowed: boolean;
  /** Never empty: policies that decided, or `engine.no-policy-permits`, `engine.evaluation-failed`. */
  readonly decidedBy: readonly DecidedBy[];
}

/** Policies, parsed once. Pure: the same question has the same answer. */
export interface PolicyEngine {
  ask(question: PolicyQuestion): Verdict;
  /** SHA-256 of policies and schema. */
  readonly policyHash: string;
}
