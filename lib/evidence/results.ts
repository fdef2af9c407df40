import type { Register } from '../../policies/schema';
import type { Control, Obligation, Promised, Result, RuleResult, TestResult } from './model';

/** From worst to best: what is made of several things is as good as the worst of them. */
const WORST_FIRST: readonly Result[] = ['fail', 'unproven', 'planned', 'acknowledged', 'pass', 'not-applicable'];

/** The worst of several results; with none there is nothing that shows it. */
export function worst(results: readonly Result[]): Result {
  return WORST_FIRST.find((result) => results.includes(result)) ?? 'unproven';
}

/** Whether a result says less than it did. What was proved and then declared to be nobody's business says less too. */
export function isWorse(before: Result, after: Result): boolean {
  if (after === 'not-applicable') return before === 'pass' || before === 'acknowledged';
  return WORST_FIRST.indexOf(after) < WORST_FIRST.indexOf(before) && before !== 'not-applicable';
}

type RegisteredControl = Register['controls']['controls'][number];

/** One thing that is to show a control. */
interface Shown {
  readonly result: Result;
  readonly reason: string | null;
}

/** Judges each control of the register by what its rules and tests say. What is not known is unproven. */
export function controlResults(
  register: Pick<Register, 'controls'>,
  rules: readonly RuleResult[],
  tests: readonly TestResult[],
): Control[] {
  const ruleById = new Map(rules.map((rule) => [rule.id, rule]));
  const testByFile = new Map(tests.map((test) => [test.file, test]));
  return register.controls.controls.map((control) => {
    const shown = [
      ...control.rules.map((id) => shownByRule(id, ruleById.get(id))),
      ...control.tests.map((file) => shownByTest(file, testByFile.get(file))),
    ];
    return {
      id: control.id,
      statement: control.statement,
      ...judged(control, shown),
      keptBy: control.keptBy,
      rules: control.rules,
      tests: control.tests,
      watchedBy: control.watchedBy?.map(({ rule }) => rule) ?? [],
    };
  });
}

function judged({ status }: RegisteredControl, shown: readonly Shown[]): Pick<Control, 'result' | 'reasons'> {
  if (status === 'planned') return { result: 'planned', reasons: ['Nothing of it is built yet.'] };
  const byWorst = shown.toSorted((a, b) => WORST_FIRST.indexOf(a.result) - WORST_FIRST.indexOf(b.result));
  const reasons = byWorst.flatMap(({ reason }) => (reason === null ? [] : [reason]));
  if (shown.length === 0) reasons.push('It names neither a rule nor a test.');
  if (status === 'partly') reasons.push('Only a part of it is built.');
  return { result: worst(shown.map(({ result }) => result)), reasons };
}

function shownByRule(id: string, rule: RuleResult | undefined): Shown {
  if (rule === undefined || rule.ran === 0) return { result: 'unproven', reason: `Rule ${id} looked at nothing.` };
  if (rule.broken > 0)
    return { result: 'fail', reason: `Rule ${id} is broken by ${counted(rule.broken, 'resource')}.` };
  if (rule.acknowledged > 0)
    return {
      result: 'acknowledged',
      reason: `Rule ${id} is broken by ${counted(rule.acknowledged, 'resource')}, for a reason that was accepted.`,
    };
  return { result: 'pass', reason: null };
}

function shownByTest(file: string, test: TestResult | undefined): Shown {
  if (test?.result === 'pass') return { result: 'pass', reason: null };
  if (test?.result === 'fail') return { result: 'fail', reason: `${file}: ${counted(test.failed, 'test')} failed.` };
  const how = file.startsWith('test/integration/') ? ' It runs with npm run evidence -- --integration.' : '';
  return { result: 'unproven', reason: `${file} has no result of this source.${how}` };
}

/** `1 resource`, `2 resources`. */
export function counted(number: number, thing: string): string {
  return `${number} ${thing}${number === 1 ? '' : 's'}`;
}

/** A promise or an obligation is as good as the worst of its controls, unless the register says that it is not built or not ours. */
function resultOf(status: string, controls: readonly string[], results: ReadonlyMap<string, Result>): Result {
  if (status === 'planned') return 'planned';
  if (status === 'not-ours' || status === 'not-applicable') return 'not-applicable';
  return worst(controls.map((id) => results.get(id) ?? 'unproven'));
}

function noteOf(status: string, note: string | undefined): string | null {
  if (note !== undefined) return note;
  return status === 'planned'
    ? 'Nothing of it is built yet.'
    : status === 'partly'
      ? 'Only a part of it is built.'
      : null;
}

/** The policy's statements. */
export function promiseResults(
  { controls: register }: Pick<Register, 'controls'>,
  controls: readonly Control[],
): Promised[] {
  const results = new Map(controls.map(({ id, result }) => [id, result]));
  return register.statements.map((statement) => ({
    id: statement.id,
    text: statement.promise,
    result: resultOf(statement.status, statement.controls, results),
    note: noteOf(statement.status, statement.note),
    controls: statement.controls,
    obligations: register.obligations.filter((one) => one.statements.includes(statement.id)).map(({ id }) => id),
  }));
}

/** @param today day in India, as 2026-11-29 */
export function obligationResults(
  { controls: register }: Pick<Register, 'controls'>,
  controls: readonly Control[],
  today: string,
): Obligation[] {
  const results = new Map(controls.map(({ id, result }) => [id, result]));
  return register.obligations.map(({ id, citation, requires, inForceFrom, inForceUntil = null, ...rest }) => ({
    ...{ id, citation, requires, inForceFrom, inForceUntil },
    inForceToday: inForceFrom <= today && (inForceUntil === null || today < inForceUntil),
    result: resultOf(rest.status, rest.controls, results),
    note: noteOf(rest.status, rest.note),
    promises: rest.statements,
    controls: rest.controls,
  }));
}
