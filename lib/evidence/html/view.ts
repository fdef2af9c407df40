import type { Control, EvidenceReport, Finding, Obligation, Resource, Result, RuleResult, TestResult } from '../model';
import type { Limits } from './limits';
import { type Regime, regimeOf } from './words';

/** The report with what its parts refer to at hand. */
export interface View {
  readonly limits: Limits;
  readonly report: EvidenceReport;
  readonly controls: ReadonlyMap<string, Control>;
  readonly obligations: ReadonlyMap<string, Obligation>;
  readonly rules: ReadonlyMap<string, RuleResult>;
  readonly tests: ReadonlyMap<string, TestResult>;
  /** Findings of a rule, broken ones first. */
  readonly findings: ReadonlyMap<string, readonly Finding[]>;
  /** Resources that a rule looked at. */
  readonly lookedAt: ReadonlyMap<string, readonly Resource[]>;
  /** Worst result that a resource has; undefined where no rule looked at it. */
  readonly resourceResults: ReadonlyMap<string, Result>;
  /** Ids of rows of resources by their paths. */
  readonly rowsOfResources: ReadonlyMap<string, string>;
  readonly promisesOfControl: ReadonlyMap<string, readonly string[]>;
  readonly obligationsOfControl: ReadonlyMap<string, readonly Obligation[]>;
  readonly controlsOfRule: ReadonlyMap<string, readonly string[]>;
}

export function viewOf(report: EvidenceReport, limits: Limits): View {
  const broken = [...report.findings].sort((a, b) => Number(b.result === 'fail') - Number(a.result === 'fail'));
  return {
    report,
    limits,
    controls: new Map(report.controls.map((control) => [control.id, control])),
    obligations: new Map(report.obligations.map((obligation) => [obligation.id, obligation])),
    rules: new Map(report.rules.map((rule) => [rule.id, rule])),
    tests: new Map(report.tests.map((test) => [test.file, test])),
    findings: gathered(broken.map((finding) => [finding.rule, finding])),
    lookedAt: gathered(report.resources.flatMap((resource) => resource.rules.map((rule) => [rule, resource]))),
    resourceResults: new Map([
      ...report.resources.filter(({ rules }) => rules.length > 0).map(({ at }) => [at, 'pass'] as const),
      ...broken.toReversed().map(({ at, result }) => [at, result] as const),
    ]),
    rowsOfResources: new Map(report.resources.slice(0, limits.resources).map(({ at }, i) => [at, `x${i}`])),
    promisesOfControl: gathered(
      report.promises.flatMap(({ id, controls }) => controls.map((control) => [control, id])),
    ),
    obligationsOfControl: gathered(
      report.obligations.flatMap((duty) => duty.controls.map((control) => [control, duty])),
    ),
    controlsOfRule: gathered(report.controls.flatMap(({ id, rules }) => rules.map((rule) => [rule, id]))),
  };
}

/** What the filters go by. */
export interface Facets {
  readonly result: Result | undefined;
  readonly regimes: readonly Regime[];
  readonly inForce: boolean;
}

/** Of something that these obligations ask for. */
export function facetsOf(result: Result | undefined, obligations: readonly (Obligation | undefined)[]): Facets {
  const known = obligations.filter((obligation) => obligation !== undefined);
  return {
    result,
    regimes: [...new Set(known.map(({ id }) => regimeOf(id)))],
    inForce: known.some(({ inForceToday }) => inForceToday),
  };
}

/** Obligations that a rule serves, by way of the controls that name it. */
export function obligationsOfRule(view: View, rule: string): readonly Obligation[] {
  return (view.controlsOfRule.get(rule) ?? []).flatMap((control) => view.obligationsOfControl.get(control) ?? []);
}

/** Values by key, in their order. */
export function gathered<T>(pairs: readonly (readonly [string, T])[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const [key, value] of pairs) {
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [value]);
    else group.push(value);
  }
  return groups;
}

/** Items by what they have in common, in the order of the first of each. */
export function grouped<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  return gathered(items.map((item) => [keyOf(item), item]));
}
