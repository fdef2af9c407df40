import type { RetentionRule } from '../../policies/schema';
import { addPeriod, type Day, formatDay, parseDayInIndia } from './civil-date';
import type { RetentionDecision, RuleApplied } from './decision';
import { type FactDays, type Hold, type RetentionFacts, readDays, TERMINATION } from './facts';
import {
  type CompiledClass,
  type CompiledRegister,
  type CompiledRule,
  callCovers,
  calledFrom,
  compileRegister,
  floorCovers,
  nameOf,
  type RetentionRegister,
} from './rules';

export type { Hold, RetentionFacts } from './facts';

/** Answers for one set of facts. Pure and total: it never throws, and equal facts get equal answers. */
export type ResolveRetention = (facts: RetentionFacts) => RetentionDecision;

/**
 * What may be done with one class of data: erase it, seal it, or leave it. Use `compileRetention` where
 * there is more than one question.
 */
export function resolveRetention(facts: RetentionFacts, register: RetentionRegister): RetentionDecision {
  return compileRetention(register)(facts);
}

/**
 * The resolver of a register, prepared for many questions. The register must not be changed afterwards.
 *
 * A legal hold goes before everything, a floor before any call to erase. Facts that are missing or do not
 * agree never lead to erasure: the answer is `hold`, and its `facts-in-doubt` rule says what is wrong.
 */
export function compileRetention(register: RetentionRegister): ResolveRetention {
  const compiled = compileRegister(register);
  return (facts) => {
    const days = readDays(facts);
    const known = compiled.classes.get(facts.dataClass);
    addGaps(days.gaps, facts, known, compiled);
    const weighed = new Weighing(facts, days);
    if (days.today !== undefined && known !== undefined)
      for (const rule of known.rules) weighed.weigh(rule, days.today);
    return conclude(weighed, compiled);
  };
}

/** What only the register can tell of the facts. */
function addGaps(
  gaps: string[],
  { dataClass, dataRole, reason }: RetentionFacts,
  known: CompiledClass | undefined,
  { reasons }: CompiledRegister,
): void {
  if (known === undefined) gaps.push(`the register has no data class "${dataClass}"`);
  else if (known.role !== dataRole) gaps.push(`class "${dataClass}" belongs to role ${known.role}, not ${dataRole}`);
  if (reason !== null && reason !== TERMINATION && !reasons.has(reason))
    gaps.push(`the register has no reason "${reason}"`);
}

/** A rule by its name, and the day it leads to. */
interface Claim {
  readonly name: string;
  readonly day: Day;
}

/** Collects what each rule says of one set of facts. */
class Weighing {
  readonly rules: RuleApplied[] = [];
  /** First rule by which the data is to be erased now. */
  call: Claim | undefined;
  /** Ceiling that is reached first, with the day by which the data must be gone. */
  ceiling: Claim | undefined;
  /** Floor that lasts longest, with the last day on which the data is kept. */
  floor: Claim | undefined;

  constructor(
    readonly facts: RetentionFacts,
    readonly days: FactDays,
  ) {}

  weigh(compiled: CompiledRule, today: Day): void {
    const { kind } = compiled.rule;
    if (kind === 'trigger') this.weighTrigger(compiled, today);
    else if (kind === 'ceiling') this.weighCeiling(compiled, today);
    else if (kind === 'floor') this.weighFloor(compiled, today);
  }

  apply({ id, kind, statement, citation }: RetentionRule, effect: string): void {
    this.rules.push({ ruleId: id, kind, statement, citation: citation.source, effect });
  }

  private weighTrigger(compiled: CompiledRule, today: Day): void {
    if (!callCovers(compiled, this.facts, this.days, today)) return;
    const day = calledFrom(compiled, this.facts, this.days, today);
    if (day === undefined) return;
    this.call ??= { name: compiled.name, day };
    this.apply(compiled.rule, `Calls for erasure from ${formatDay(day)} on.`);
  }

  private weighCeiling(compiled: CompiledRule, today: Day): void {
    const { rule } = compiled;
    const start = rule.countsFrom === null ? undefined : this.days[rule.countsFrom];
    if (start === undefined || rule.period === null || !callCovers(compiled, this.facts, this.days, today)) return;
    const day = addPeriod(start, rule.period);
    if (this.ceiling === undefined || day < this.ceiling.day) this.ceiling = { name: compiled.name, day };
    if (day <= today) this.call ??= { name: compiled.name, day };
    this.apply(
      rule,
      day <= today
        ? `Ended on ${formatDay(day)}, by which the data had to be gone.`
        : `Ends on ${formatDay(day)}, by which the data has to be gone.`,
    );
  }

  private weighFloor(compiled: CompiledRule, today: Day): void {
    const { rule } = compiled;
    if (rule.countsFrom === null || rule.period === null || !floorCovers(compiled, this.facts)) return;
    let start = this.days[rule.countsFrom];
    let assumed = '';
    if (start === undefined) {
      if (rule.countsFrom !== 'lastProcessedAt') {
        const gap = `${rule.countsFrom} is not known`;
        if (!this.days.gaps.includes(gap)) this.days.gaps.push(gap);
        return;
      }
      // The latest that is possible, so that the floor cannot come out too short.
      start = today;
      assumed = 'The last processing is not known and taken to be today. ';
    }
    if (start < compiled.from) {
      if (compiled.from <= today)
        this.apply(rule, `Does not bind: it counts from ${formatDay(start)}, before ${formatDay(compiled.from)}.`);
      return;
    }
    if (start >= compiled.until) return;
    const day = addPeriod(start, rule.period);
    if (this.floor === undefined || day > this.floor.day) this.floor = { name: compiled.name, day };
    if (compiled.entityTypes !== null && this.facts.entityType === undefined)
      assumed += 'The legal form is not known and taken to be covered. ';
    this.apply(
      rule,
      `${assumed}Kept through ${formatDay(day)}, counted from ${formatDay(start)}${day < today ? '; that day has passed' : ''}.`,
    );
  }
}

function conclude(w: Weighing, register: CompiledRegister): RetentionDecision {
  const { today } = w.days;
  const holdReview = applyHolds(w, register.hold);
  const doubt = w.days.gaps.length > 0;
  if (doubt) w.apply(register.safeguard, `Nothing is erased until this is clear: ${w.days.gaps.join('; ')}.`);
  const holds = w.facts.holds?.length ?? 0;
  if (doubt || holds > 0 || today === undefined) {
    const reviewAt = doubt ? (today ?? null) : holdReview;
    return decision('hold', w, { reviewAt, conflict: holds > 0 ? holdConflict(w, register.hold) : null });
  }

  const { call, ceiling, floor } = w;
  const free = floor !== undefined && floor.day >= today ? floor.day + 1 : undefined;
  if (call !== undefined && free !== undefined && floor !== undefined)
    return decision('seal', w, { notBefore: free, notAfter: free, conflict: floorConflict(floor, call, today) });
  if (call !== undefined) return decision('erase', w, { notAfter: ceiling?.day });
  if (ceiling !== undefined) {
    const last = Math.max(ceiling.day, free ?? ceiling.day);
    const conflict = floor !== undefined && last > ceiling.day ? floorConflict(floor, ceiling, today) : null;
    return decision('hold', w, { notBefore: last, notAfter: last, conflict });
  }
  w.apply(register.fallback, `Nothing calls for erasure on ${formatDay(today)}, so it stays in use.`);
  return decision('hold', w, {});
}

/** Names every hold. The answer is the earliest review: today where a hold gives no day that can be read. */
function applyHolds(w: Weighing, rule: RetentionRule): Day | null {
  const { today } = w.days;
  let first: Day | null = null;
  for (const hold of w.facts.holds ?? []) {
    const review = parseDayInIndia(hold.reviewAt) ?? today;
    w.apply(rule, holdEffect(hold, today));
    if (review !== undefined && (first === null || review < first)) first = review;
  }
  return first;
}

function holdEffect({ holdId, reviewAt }: Hold, today: Day | undefined): string {
  const review = parseDayInIndia(reviewAt);
  if (review === undefined) return `Hold ${holdId} stops erasure; its review date cannot be read.`;
  const overdue = today !== undefined && review < today;
  return `Hold ${holdId} stops erasure until it is lifted; its review ${overdue ? 'was due' : 'is due'} on ${formatDay(review)}.`;
}

interface Dates {
  readonly notBefore?: Day;
  readonly notAfter?: Day | undefined;
  readonly reviewAt?: Day | null;
  readonly conflict?: string | null;
}

function decision(outcome: RetentionDecision['outcome'], w: Weighing, dates: Dates): RetentionDecision {
  return {
    outcome,
    notBefore: textOf(dates.notBefore),
    notAfter: textOf(dates.notAfter),
    reviewAt: textOf(dates.reviewAt),
    conflict: dates.conflict ?? null,
    rules: w.rules,
  };
}

function textOf(day: Day | null | undefined): string | null {
  return day === null || day === undefined ? null : formatDay(day);
}

function floorConflict(floor: Claim, call: Claim, today: Day): string {
  const when = formatDay(Math.max(call.day, today));
  const kept = formatDay(floor.day);
  return `${floor.name} keeps through ${kept} what ${call.name} would erase on ${when}: the duty to keep goes before, so use ceases on ${when} and the data is erased on ${formatDay(floor.day + 1)}.`;
}

function holdConflict({ facts, call, ceiling }: Weighing, hold: RetentionRule): string | null {
  const claim = call ?? ceiling;
  if (claim === undefined) return null;
  const ids = facts.holds?.map(({ holdId }) => holdId).join(', ');
  return `${nameOf(hold)} ${ids} keeps what ${claim.name} would erase: the hold goes before until it is lifted.`;
}
