import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { NIST80053R5Checks } from 'cdk-nag';
import { build } from '../app';
import { ROOT } from '../local/paths';

/** Where the findings are answered. */
export const ANSWERS = join(ROOT, 'docs', 'nist-800-53.md');

/** A rule of the pack, and the constructs that it finds fault with. */
export interface NistFinding {
  /** E.g. `LambdaDLQ`; without the pack's name. */
  readonly rule: string;
  /** What the rule asks for. */
  readonly info: string;
  readonly constructs: readonly string[];
}

/**
 * What cdk-nag's NIST 800-53 R5 pack finds in a stage, by rule. It is a report: the pack asks for more than fits,
 * so nothing fails by it, but every rule that finds something is answered in docs/nist-800-53.md.
 */
export function nistFindings(stage: string): NistFinding[] {
  const { context } = JSON.parse(readFileSync(join(ROOT, 'cdk.json'), 'utf8')) as { context: Record<string, unknown> };
  const app = new App({ context: { ...context, 'aws:cdk:bundling-stacks': [], stage } });
  build(app);
  // Aspects and references between stacks are part of what is judged.
  app.synth();
  const { violations } = new NIST80053R5Checks().validateScope(app);
  const byRule = new Map<string, { info: string; constructs: Set<string> }>();
  for (const { ruleName, description, violatingResources } of violations) {
    const rule = ruleName.replace(/^NIST\.800\.53\.R5-/, '').replace(/\[.*\]$/, '');
    const entry = byRule.get(rule) ?? {
      info: description.split(' - (Control')[0] ?? description,
      constructs: new Set(),
    };
    for (const { constructPath, resourceLogicalId } of violatingResources)
      entry.constructs.add(constructPath ?? resourceLogicalId ?? 'the app');
    byRule.set(rule, entry);
  }
  return [...byRule]
    .map(([rule, { info, constructs }]) => ({ rule, info, constructs: [...constructs].sort() }))
    .sort((a, b) => a.rule.localeCompare(b.rule));
}

/** Rules that docs/nist-800-53.md answers: the first column of its table, in its order. */
export function answeredRules(): string[] {
  const rows = readFileSync(ANSWERS, 'utf8').matchAll(/^\| `([A-Za-z0-9]+)` \|/gm);
  return [...rows].map(([, rule = '']) => rule);
}
