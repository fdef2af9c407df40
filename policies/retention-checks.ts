import { at, type CrossProblem, repeated, unknown } from './cross-problem';
import type { Path } from './problems';
import type { BundledRegister, DayFact, RetentionRule } from './schema';

type Kind = RetentionRule['kind'];

/** At which facts the clock of each kind can start; none where a kind has no clock. */
const CLOCKS: Readonly<Record<Kind, readonly DayFact[]>> = {
  trigger: ['requestedAt', 'consentWithdrawnAt', 'financialYearEnd'],
  ceiling: ['requestedAt', 'consentWithdrawnAt', 'terminatedAt'],
  floor: ['lastProcessedAt', 'financialYearEnd', 'annualReturnDueDate', 'terminatedAt'],
  hold: [],
  default: [],
  safeguard: [],
};

/** Kinds of which a decision needs exactly one rule that always counts, whatever the data. */
const ALWAYS: readonly Kind[] = ['hold', 'default', 'safeguard'];

/** What is wrong among the retention rules, each by itself and beside the others. */
export function retention(register: BundledRegister): CrossProblem[] {
  const { rules } = register.retention;
  const ids = rules.map((rule) => rule.id);
  return [
    ...repeated('retention', ['rules'], ids, 'id'),
    ...rules.flatMap((rule, i) => [
      ...scopeProblems(register, rule, ['rules', i]),
      ...clockProblems(rule, ['rules', i]),
      ...alwaysProblems(rule, ['rules', i]),
      ...precedenceProblems(rule, ['rules', i], rules),
    ]),
    ...missing(rules),
    ...reservedReasons(register),
  ];
}

/** Names that the rule uses and no other file knows. */
function scopeProblems(register: BundledRegister, { appliesTo }: RetentionRule, path: Path): CrossProblem[] {
  const classes = register.data.classes.filter((c) => appliesTo.roles.includes(c.role)).map((c) => c.id);
  const reasons = register.erasure.reasons.map((reason) => reason.id);
  const place = (list: string, i: number) => [...path, 'appliesTo', list, i];
  return [
    ...(appliesTo.classes ?? []).flatMap((id, i) =>
      unknown('retention', place('classes', i), "a class of data.yaml in the rule's roles", id, classes),
    ),
    ...(appliesTo.reasons ?? []).flatMap((id, i) =>
      unknown('retention', place('reasons', i), 'a reason of erasure.yaml', id, reasons),
    ),
  ];
}

function clockProblems(rule: RetentionRule, path: Path): CrossProblem[] {
  const { kind, period, countsFrom, inForceFrom, until } = rule;
  const clocks = CLOCKS[kind];
  const problems: CrossProblem[] = [];
  const withLength = kind === 'ceiling' || kind === 'floor';
  if ((period !== null) !== withLength)
    problems.push(at('retention', [...path, 'period'], `expected ${withLength ? 'a length' : 'null'} for a ${kind}`));
  if (countsFrom === null ? clocks.length > 0 : !clocks.includes(countsFrom))
    problems.push(
      at(
        'retention',
        [...path, 'countsFrom'],
        `expected ${clocks.join(' or ') || 'null'} for a ${kind}, got ${countsFrom}`,
      ),
    );
  if (inForceFrom !== null && until !== null && until <= inForceFrom)
    problems.push(
      at('retention', [...path, 'until'], `expected a day after ${inForceFrom}, got ${until}`, [
        ...path,
        'inForceFrom',
      ]),
    );
  return problems;
}

function alwaysProblems(rule: RetentionRule, path: Path): CrossProblem[] {
  if (!ALWAYS.includes(rule.kind)) return [];
  const { roles, classes, fields, scopes, reasons, entityTypes } = rule.appliesTo;
  const everything = [classes, fields, scopes, reasons, entityTypes].every((list) => (list ?? null) === null);
  const undated = rule.inForceFrom === null && rule.until === null;
  if (rule.switch.on && undated && everything && new Set(roles).size === 4) return [];
  return [at('retention', path, `expected a ${rule.kind} to be on, without dates, and about all data`)];
}

function missing(rules: readonly RetentionRule[]): CrossProblem[] {
  return ALWAYS.flatMap((kind) => {
    const count = rules.filter((rule) => rule.kind === kind).length;
    return count === 1 ? [] : [at('retention', ['rules'], `expected one rule of kind ${kind}, got ${count}`)];
  });
}

/**
 * Which rule wins must be known before the case arises. A law's floor goes before a promise; a floor can
 * be nothing but law; and where two laws disagree, the shorter one has to say that it yields.
 */
function precedenceProblems(rule: RetentionRule, path: Path, rules: readonly RetentionRule[]): CrossProblem[] {
  const floors = rules.filter((other) => other.kind === 'floor');
  const problems = (rule.yieldsTo ?? []).flatMap((id, i) =>
    unknown(
      'retention',
      [...path, 'yieldsTo', i],
      'a floor of this file',
      id,
      floors.map((floor) => floor.id),
    ),
  );
  if (rule.kind === 'floor' && rule.authority !== 'law')
    problems.push(at('retention', [...path, 'authority'], 'expected law, as a promise is no reason to keep data'));
  if (rule.kind !== 'ceiling' || rule.authority !== 'law' || !rule.switch.on) return problems;
  for (const floor of floors)
    if (floor.switch.on && nominalDays(rule) < nominalDays(floor) && meet(rule, floor))
      if (!rule.yieldsTo?.includes(floor.id))
        problems.push(
          at(
            'retention',
            path,
            `expected "${rule.id}" to name "${floor.id}" under yieldsTo, as this ceiling by law is shorter than that floor`,
            ['rules', rules.indexOf(floor)],
          ),
        );
  return problems;
}

/** Length for comparing rules with each other, not for dates. */
function nominalDays({ period }: RetentionRule): number {
  if (period === null) return 0;
  return period.value * { days: 1, months: 365 / 12, years: 365 }[period.unit];
}

/** True when some data can be under both rules on one day. */
function meet(a: RetentionRule, b: RetentionRule): boolean {
  const common = (x: readonly string[] | null | undefined, y: readonly string[] | null | undefined) =>
    x === null || x === undefined || y === null || y === undefined || x.some((value) => y.includes(value));
  const before = (from: string | null, until: string | null) => from === null || until === null || from < until;
  return (
    common(a.appliesTo.roles, b.appliesTo.roles) &&
    common(a.appliesTo.classes, b.appliesTo.classes) &&
    common(a.appliesTo.fields, b.appliesTo.fields) &&
    common(a.appliesTo.scopes, b.appliesTo.scopes) &&
    common(a.appliesTo.reasons, b.appliesTo.reasons) &&
    common(a.appliesTo.entityTypes, b.appliesTo.entityTypes) &&
    before(a.inForceFrom, b.until) &&
    before(b.inForceFrom, a.until)
  );
}

/** Two reasons mean something to the resolver itself. */
function reservedReasons({ erasure: { reasons } }: BundledRegister): CrossProblem[] {
  const termination = reasons.findIndex((reason) => reason.id === 'termination');
  return [
    ...(termination < 0
      ? []
      : [at('erasure', ['reasons', termination, 'id'], 'expected another name, as termination is no request')]),
    ...(reasons.some((reason) => reason.id === 'consent-withdrawn')
      ? []
      : [at('erasure', ['reasons'], 'expected the reason consent-withdrawn')]),
  ];
}
