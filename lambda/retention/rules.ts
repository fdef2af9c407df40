import type { DataRole, Register, RetentionRule } from '../../policies/schema';
import { type Day, parseDate } from './civil-date';
import { CONSENT_WITHDRAWN, type FactDays, type RetentionFacts, TERMINATION } from './facts';

/** The parts of the register that retention is decided by. */
export type RetentionRegister = Pick<Register, 'retention' | 'data' | 'erasure'>;

/** A rule with its dates as days and its lists as sets, made once for many decisions. */
export interface CompiledRule {
  readonly rule: RetentionRule;
  /** Law and id, as sentences name it. */
  readonly name: string;
  /** First day of force. */
  readonly from: Day;
  /** First day without force. */
  readonly until: Day;
  readonly scopes: ReadonlySet<string> | null;
  readonly reasons: ReadonlySet<string> | null;
  readonly fields: ReadonlySet<string> | null;
  readonly entityTypes: ReadonlySet<string> | null;
}

export interface CompiledClass {
  readonly role: DataRole;
  /** Rules that are on and can concern the class, in the register's order. */
  readonly rules: readonly CompiledRule[];
}

export interface CompiledRegister {
  readonly classes: ReadonlyMap<string, CompiledClass>;
  readonly reasons: ReadonlySet<string>;
  readonly hold: RetentionRule;
  readonly fallback: RetentionRule;
  readonly safeguard: RetentionRule;
}

/** Sorts the register by class, so that a decision looks only at rules that can concern it. */
export function compileRegister({ retention, data, erasure }: RetentionRegister): CompiledRegister {
  const rules = retention.rules.filter((rule) => rule.switch.on);
  const only = (kind: RetentionRule['kind']): RetentionRule => {
    const found = rules.find((rule) => rule.kind === kind);
    if (found === undefined) throw new TypeError(`a register that was loaded has a rule of kind ${kind}`);
    return found;
  };
  const compiled = rules.map(compileRule);
  return {
    classes: new Map(
      data.classes.map(({ id, role }) => [
        id,
        { role, rules: compiled.filter(({ rule }) => concerns(rule, role, id)) },
      ]),
    ),
    reasons: new Set(erasure.reasons.map((reason) => reason.id)),
    hold: only('hold'),
    fallback: only('default'),
    safeguard: only('safeguard'),
  };
}

function compileRule(rule: RetentionRule): CompiledRule {
  const { scopes, reasons, fields, entityTypes } = rule.appliesTo;
  return {
    rule,
    name: nameOf(rule),
    from: (rule.inForceFrom === null ? undefined : parseDate(rule.inForceFrom)) ?? Number.NEGATIVE_INFINITY,
    until: (rule.until === null ? undefined : parseDate(rule.until)) ?? Number.POSITIVE_INFINITY,
    scopes: setOf(scopes),
    reasons: setOf(reasons),
    fields: setOf(fields),
    entityTypes: setOf(entityTypes),
  };
}

/** `CGST Act 2017, s.36 (gst-records)`. */
export function nameOf({ id, citation }: RetentionRule): string {
  return `${citation.source} (${id})`;
}

function setOf(list: readonly string[] | null | undefined): ReadonlySet<string> | null {
  return list === null || list === undefined ? null : new Set(list);
}

function concerns({ kind, appliesTo }: RetentionRule, role: DataRole, dataClass: string): boolean {
  if (kind !== 'trigger' && kind !== 'ceiling' && kind !== 'floor') return false;
  return appliesTo.roles.includes(role) && (appliesTo.classes?.includes(dataClass) ?? true);
}

/**
 * Whether a floor covers the facts. What is not known counts as covered: to keep too long can be mended.
 */
export function floorCovers(c: CompiledRule, facts: RetentionFacts): boolean {
  return (
    (c.scopes?.has(facts.scope) ?? true) &&
    (c.fields === null || !facts.fields?.length || facts.fields.some((field) => c.fields?.has(field))) &&
    (c.entityTypes === null || facts.entityType === undefined || c.entityTypes.has(facts.entityType)) &&
    (c.reasons === null || facts.reason === null || facts.reason === TERMINATION || c.reasons.has(facts.reason))
  );
}

/** Whether a trigger or ceiling covers the facts on a day. What is not known does not count as covered. */
export function callCovers(c: CompiledRule, facts: RetentionFacts, days: FactDays, today: Day): boolean {
  return (
    c.from <= today &&
    today < c.until &&
    (c.scopes?.has(facts.scope) ?? true) &&
    (c.fields === null || (!!facts.fields?.length && facts.fields.every((field) => c.fields?.has(field)))) &&
    (c.entityTypes === null || (facts.entityType !== undefined && c.entityTypes.has(facts.entityType))) &&
    (c.reasons === null ||
      (facts.reason !== null && c.reasons.has(facts.reason)) ||
      (days.consentWithdrawnAt !== undefined && c.reasons.has(CONSENT_WITHDRAWN)))
  );
}

/**
 * Day from which a trigger that covers the facts calls for erasure; undefined if its event has not happened.
 * A request of which only the reason is known is one of today.
 */
export function calledFrom({ rule }: CompiledRule, facts: RetentionFacts, days: FactDays, today: Day): Day | undefined {
  // The books of a year can only be closed after its last day.
  if (rule.countsFrom === 'financialYearEnd')
    return days.financialYearEnd !== undefined && days.financialYearEnd < today ? days.financialYearEnd + 1 : undefined;
  const { requestedAt, consentWithdrawnAt } = days;
  const event =
    rule.countsFrom === 'consentWithdrawnAt'
      ? (consentWithdrawnAt ?? requestedAt)
      : (requestedAt ?? consentWithdrawnAt);
  const asked = facts.reason !== null && facts.reason !== TERMINATION;
  return event ?? (asked ? today : undefined);
}
