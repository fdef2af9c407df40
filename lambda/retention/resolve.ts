import type { DataRole, Register } from '../../policies/schema';
import type { RetentionDecision } from './decision';

/** What a retention decision depends on. No fact is read from a clock or a store in here. */
export interface RetentionFacts {
  readonly dataRole: DataRole;
  /** Class of policies/data.yaml. */
  readonly dataClass: string;
  readonly scope: 'tenant' | 'subject';
  /** Reason code of policies/erasure.yaml. */
  readonly reason: string;
  /** Instant of the decision, ISO 8601 with offset; rules count by the day in India. */
  readonly asOf: string;
}

/** The register has no rule by which these facts could be decided, so nothing may be erased. */
export class UndecidableError extends Error {
  override readonly name = 'UndecidableError';
}

type Rule = Register['retention']['rules'][number];

/** India keeps UTC+05:30 all year. */
const INDIA_OFFSET_MS = 5.5 * 3_600_000;

/**
 * What may be done with one class of data that someone asked to have erased, and by which rules.
 *
 * Today every answer is `erase`, citing the active rules in force on the day. It answers for each class
 * that the register lets be erased on request, which loading the register has made sure of.
 *
 * @throws UndecidableError for books kept by statute, a class that the register does not know or that
 *   belongs to another role, or a date that is none: a guess here could not be undone
 */
export function resolveRetention(facts: RetentionFacts, register: Register): RetentionDecision {
  const known = register.data.classes.find((c) => c.id === facts.dataClass);
  if (known === undefined) throw new UndecidableError(`the register has no data class "${facts.dataClass}"`);
  if (known.role !== facts.dataRole)
    throw new UndecidableError(`class "${known.id}" belongs to role ${known.role}, not ${facts.dataRole}`);
  const day = dayInIndia(facts.asOf);
  const rules = register.retention.rules.filter((rule) => takesPart(rule, facts, day));
  if (rules.length === 0)
    throw new UndecidableError(`no active rule of the register erases class "${known.id}" (role ${known.role})`);
  return {
    outcome: 'erase',
    rules: rules.map(({ id, statement, citation }) => ({ ruleId: id, statement, citation: citation.source })),
  };
}

function takesPart(rule: Rule, facts: RetentionFacts, day: string): boolean {
  const { roles, classes, scopes, reasons } = rule.appliesTo;
  return (
    rule.active &&
    rule.kind === 'trigger' &&
    (rule.inForceFrom === null || rule.inForceFrom <= day) &&
    (rule.until === null || day < rule.until) &&
    roles.includes(facts.dataRole) &&
    (classes?.includes(facts.dataClass) ?? true) &&
    (scopes?.includes(facts.scope) ?? true) &&
    (reasons?.includes(facts.reason) ?? true)
  );
}

/** Calendar date in India, e.g. 2027-05-13, on which an instant falls. */
function dayInIndia(instant: string): string {
  const ms = Date.parse(instant);
  if (Number.isNaN(ms)) throw new UndecidableError('the instant of the decision is no ISO 8601 date and time');
  return new Date(ms + INDIA_OFFSET_MS).toISOString().slice(0, 10);
}
