import type { DataRole, DayFact } from '../../policies/schema';
import { type Day, parseDayInIndia } from './civil-date';

/** A legal hold whose scope covers the data. */
export interface Hold {
  readonly holdId: string;
  /** Day on which the hold is looked at again. It does not end by itself. */
  readonly reviewAt: string;
}

/**
 * What a retention decision depends on. No fact is read from a clock or a store in here. Times are ISO
 * 8601 instants with offset, or calendar dates in India; what is not known is left out.
 */
export interface RetentionFacts {
  readonly dataRole: DataRole;
  /** Class of policies/data.yaml. */
  readonly dataClass: string;
  /** Names of the fields in question; left out = any of the class. */
  readonly fields?: readonly string[];
  readonly scope: 'tenant' | 'subject';
  /** Why the question is asked: a reason of policies/erasure.yaml, the end of the contract, or nothing. */
  readonly reason: string | null;
  readonly terminatedAt?: string;
  readonly requestedAt?: string;
  readonly consentWithdrawnAt?: string;
  /** Last use of the data. Backup, replication and sealing are none. */
  readonly lastProcessedAt?: string;
  /** Last day of the financial year that books belong to. */
  readonly financialYearEnd?: string;
  /** Due date of the GST annual return for that year. */
  readonly annualReturnDueDate?: string;
  /** Legal form of the operator, such as `company`; left out = not known, and then as the strictest. */
  readonly entityType?: string;
  readonly holds?: readonly Hold[];
  /** Instant of the decision. */
  readonly asOf: string;
}

/** `reason` of a tenant whose contract ended and who asked for nothing. */
export const TERMINATION = 'termination';
/** The reason that a known withdrawal of consent amounts to. */
export const CONSENT_WITHDRAWN = 'consent-withdrawn';

/** The facts as days, and what is wrong with them. */
export interface FactDays extends Record<DayFact, Day | undefined> {
  readonly today: Day | undefined;
  /** One sentence part for each fact that is unreadable, missing or impossible beside another. */
  readonly gaps: string[];
}

/** Turns the times among the facts into days in India. Never throws. */
export function readDays(facts: RetentionFacts): FactDays {
  const gaps: string[] = [];
  const today = parseDayInIndia(facts.asOf);
  if (today === undefined) gaps.push('asOf is no ISO 8601 instant');
  const days = {
    today,
    gaps,
    terminatedAt: pastDay('terminatedAt', facts.terminatedAt, today, gaps),
    requestedAt: pastDay('requestedAt', facts.requestedAt, today, gaps),
    consentWithdrawnAt: pastDay('consentWithdrawnAt', facts.consentWithdrawnAt, today, gaps),
    lastProcessedAt: pastDay('lastProcessedAt', facts.lastProcessedAt, today, gaps),
    financialYearEnd: anyDay('financialYearEnd', facts.financialYearEnd, gaps),
    annualReturnDueDate: anyDay('annualReturnDueDate', facts.annualReturnDueDate, gaps),
  };
  const { financialYearEnd: end, annualReturnDueDate: due } = days;
  if (end !== undefined && due !== undefined && due <= end)
    gaps.push('annualReturnDueDate does not lie after financialYearEnd');
  if (facts.reason === TERMINATION && facts.terminatedAt === undefined) gaps.push('terminatedAt is not known');
  return days;
}

function anyDay(name: DayFact, text: string | undefined, gaps: string[]): Day | undefined {
  if (text === undefined) return undefined;
  const day = parseDayInIndia(text);
  if (day === undefined) gaps.push(`${name} is no date`);
  return day;
}

/** Of what can only have happened already. */
function pastDay(name: DayFact, text: string | undefined, today: Day | undefined, gaps: string[]): Day | undefined {
  const day = anyDay(name, text, gaps);
  if (day !== undefined && today !== undefined && day > today) gaps.push(`${name} lies after the decision`);
  return day;
}
