import { EvidenceError } from './evidence-error';
import { groupBy } from './group';
import type { Finding, RuleResult } from './model';
import type { RuleText } from './rule-texts';
import type { Outcomes } from './synth-output';

/** Packs without which there is no evidence. */
const PACKS = ['AwsSolutions', 'Dpdp'];

/** @throws EvidenceError when a pack did not run */
export function requirePacks(outcomes: Outcomes): void {
  const missing = PACKS.filter((pack) => !outcomes.some((one) => one.pack === pack));
  if (missing.length > 0)
    throw new EvidenceError(
      ...missing.map((pack) => `The pack ${pack} did not run: nothing shows that its rules hold.`),
    );
}

/**
 * What each rule said of the app. `ran` counts resources. A resource that a rule is broken by counts as acknowledged
 * only if there is a finding for it and all of them are; one that the outcomes call broken and no finding names fails.
 *
 * @throws EvidenceError when an outcome is of a rule that no pack has
 */
export function ruleResults(
  texts: ReadonlyMap<string, RuleText>,
  outcomes: Outcomes,
  findings: readonly Finding[],
): RuleResult[] {
  const said = new Map(outcomes.flatMap((pack) => pack.outcomes.map((outcome) => [outcome.rule, outcome] as const)));
  const strangers = [...said.keys()].filter((id) => !texts.has(id));
  if (strangers.length > 0)
    throw new EvidenceError(
      ...strangers.map((id) => `The synthesised app has an outcome of ${id}, a rule of no pack.`),
    );
  const byRule = groupBy(findings, ({ rule }) => rule);
  const known = [...texts.values()].map((text) => resultOf(text, said.get(text.id), byRule.get(text.id) ?? []));
  const others = [...byRule]
    .filter(([id]) => !texts.has(id))
    .map(([id, found]) => resultOf(textOf(id), undefined, found));
  return [...known, ...others].sort((a, b) => (a.id < b.id ? -1 : 1));
}

function resultOf(
  text: RuleText,
  said: Outcomes[number]['outcomes'][number] | undefined,
  findings: readonly Finding[],
): RuleResult {
  const failing = new Set(findings.filter(({ result }) => result === 'fail').map(({ at }) => at));
  const found = new Set(findings.map(({ at }) => at));
  const broken = new Set([...(said?.broken ?? []), ...found]);
  const acknowledged = [...broken].filter((at) => found.has(at) && !failing.has(at)).length;
  const ran = new Set([...(said?.compliant ?? []), ...broken]).size;
  const counts = { ran, broken: broken.size - acknowledged, acknowledged };
  return { ...text, result: wordFor(counts), ...counts };
}

/** A rule that found nothing of its business shows nothing, but nothing is wrong either. */
function wordFor({ ran, broken, acknowledged }: Pick<RuleResult, 'ran' | 'broken' | 'acknowledged'>) {
  if (broken > 0) return 'fail';
  if (acknowledged > 0) return 'acknowledged';
  return ran > 0 ? 'pass' : 'not-applicable';
}

/** A rule of another plugin of the validation, of which only what it found is known. */
function textOf(id: string): RuleText {
  const title = 'A check of another plugin of the validation.';
  const fix = 'See validation-report.json.';
  return { id, pack: 'validation', title, severity: 'error', why: title, fix, serves: [] };
}
