import { parseDate } from '../../lambda/retention/civil-date';
import { EvidenceError } from './evidence-error';
import type { AcknowledgedFinding, Finding, Source } from './model';
import type { AcknowledgementRecord, PluginReport } from './synth-output';

/** Findings of a synthesised app, and the acknowledgements that let some of them stay. */
export interface Found {
  readonly findings: readonly Finding[];
  readonly acknowledgements: readonly AcknowledgedFinding[];
}

/** Rule and what stands in brackets behind it: `AwsSolutions-IAM5[Action::backup:*]`. */
export function ruleAndDetail(name: string): { rule: string; detail: string | null } {
  const bracket = name.indexOf('[');
  if (bracket < 0 || !name.endsWith(']')) return { rule: name, detail: null };
  return { rule: name.slice(0, bracket), detail: name.slice(bracket + 1, -1) };
}

/**
 * Findings of the packs, and of another plugin of the validation where that failed. A finding is acknowledged only if
 * an acknowledgement with owner and last day was made for it and holds today: otherwise it fails.
 *
 * @throws EvidenceError with a line for each id of an acknowledgement that no finding has
 */
export function findingsOf(
  reports: readonly PluginReport[],
  records: readonly AcknowledgementRecord[],
  packs: ReadonlySet<string>,
  today: string,
  sourceOf: (at: string) => Source,
): Found {
  const acknowledgements = records.map((record) => ({ ...record, daysLeft: daysBetween(today, record.expires) }));
  const byKey = new Map(records.flatMap(({ at, findings }, i) => findings.map((id) => [keyOf(at, id), i] as const)));
  const used = new Set<string>();
  const findings: Finding[] = [];
  for (const { pluginName, conclusion, violations, suppressedViolations } of reports) {
    if (!packs.has(pluginName) && conclusion === 'success') continue;
    for (const { ruleName, violatingConstructs } of violations)
      for (const at of pathsOf(violatingConstructs))
        findings.push({
          ...ruleAndDetail(ruleName),
          ...{ at, result: 'fail', source: sourceOf(at), acknowledgement: null },
        });
    for (const { ruleName, violatingConstructs, acknowledgedAt, acknowledgedId } of suppressedViolations) {
      const key = keyOf(acknowledgedAt, acknowledgedId);
      const index = byKey.get(key);
      used.add(key);
      const holds = index !== undefined && (acknowledgements[index]?.daysLeft ?? -1) >= 0;
      for (const at of pathsOf(violatingConstructs))
        findings.push({
          ...ruleAndDetail(ruleName),
          ...{ at, result: holds ? 'acknowledged' : 'fail', source: sourceOf(at), acknowledgement: index ?? null },
        });
    }
  }
  const idle = [...byKey.keys()].filter((key) => !used.has(key));
  if (idle.length > 0)
    throw new EvidenceError(
      ...idle.map((key) => `${key.replace('\n', ': ')} is acknowledged, but nothing finds it: remove it.`),
    );
  return { findings: findings.sort(byRuleAndPlace), acknowledgements };
}

function keyOf(at: string, id: string): string {
  return `${at}\n${id}`;
}

function pathsOf(constructs: PluginReport['violations'][number]['violatingConstructs']): string[] {
  return constructs.length === 0 ? ['(app)'] : constructs.map(({ constructPath = '(app)' }) => constructPath);
}

function byRuleAndPlace(a: Finding, b: Finding): number {
  const text = ({ rule, at, detail }: Finding) => `${rule}\n${at}\n${detail}`;
  return text(a) < text(b) ? -1 : 1;
}

/** Calendar days; one that cannot be read is over. */
function daysBetween(from: string, to: string): number {
  const [start, end] = [parseDate(from), parseDate(to)];
  return start === undefined || end === undefined ? -1 : end - start;
}
