import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import * as z from 'zod';
import { asCompared } from '../../lib/checks/observed-pack';
import { acknowledgementsSchema, EVIDENCE_FOLDER, outcomesSchema } from '../../lib/evidence/synth-files';
import { ROOT } from '../local/paths';
import { foldersOf } from './synth-folders';

const finding = z.object({
  ruleName: z.string(),
  severity: z.string().optional(),
  violatingConstructs: z.array(z.object({ constructPath: z.string().optional() })),
});
const acknowledged = finding.extend({
  acknowledgedId: z.string(),
  acknowledgedAt: z.string(),
  reason: z.string().min(20, 'a reason of at least 20 characters'),
});
const pluginReportSchema = z.object({
  pluginName: z.string(),
  conclusion: z.string(),
  violations: z.array(finding),
  suppressedViolations: z.array(acknowledged).default([]),
});
type PluginReport = z.infer<typeof pluginReportSchema>;
const reportSchema = z.object({ pluginReports: z.array(pluginReportSchema) });

/** Packs without which a report proves nothing. */
const PACKS = ['AwsSolutions', 'Dpdp'];

/**
 * Prints every acknowledged finding of one or more synths with its place, reason, owner and last day. Exit code 1 when a
 * rule is broken, a finding was accepted by nobody, a report is missing, or a pack did not run: the second lock behind
 * synth's own exit code.
 */
function main(): number {
  let failed = false;
  for (const folder of foldersOf(process.argv.slice(2))) {
    const name = relative(ROOT, folder) || folder;
    const { pluginReports } = reportSchema.parse(jsonOf(folder, 'validation-report.json'));
    const { lines, orphans } = acceptedIn(folder, pluginReports);
    const count = pluginReports.flatMap(({ suppressedViolations }) => suppressedViolations).length;
    console.log([`${name}: ${count} acknowledged findings`, ...lines].join('\n'));
    const faults = [...brokenIn(pluginReports), ...orphans, ...idlePacks(folder)];
    for (const fault of faults) console.error(`${name}: ${fault}`);
    failed ||= faults.length > 0 || pluginReports.some(({ conclusion }) => conclusion !== 'success');
  }
  return failed ? 1 : 0;
}

function jsonOf(...path: string[]): unknown {
  return JSON.parse(readFileSync(join(...path), 'utf8'));
}

function brokenIn(reports: readonly PluginReport[]): string[] {
  return reports.flatMap(({ pluginName, violations }) =>
    violations.flatMap(({ ruleName, violatingConstructs }) =>
      violatingConstructs.map(
        ({ constructPath = 'the app' }) => `${constructPath}: ${pluginName}: ${ruleName} has no acknowledgement`,
      ),
    ),
  );
}

function acceptedIn(folder: string, reports: readonly PluginReport[]): { lines: string[]; orphans: string[] } {
  const made = acknowledgementsSchema.parse(jsonOf(folder, EVIDENCE_FOLDER, 'acknowledgements.json'));
  const lines = new Set<string>();
  const orphans = new Set<string>();
  for (const { acknowledgedAt, acknowledgedId, reason } of reports.flatMap((r) => r.suppressedViolations)) {
    const terms = made.find(
      ({ at, findings }) => at === acknowledgedAt && findings.map(asCompared).includes(acknowledgedId),
    );
    if (terms === undefined) orphans.add(`${acknowledgedAt}: ${acknowledgedId} was acknowledged without an owner`);
    else
      lines.add(
        `  ${acknowledgedAt}: ${acknowledgedId}: ${reason} (${terms.owner}, until ${terms.expires}, ${terms.ticket})`,
      );
  }
  return { lines: [...lines].sort(), orphans: [...orphans].sort() };
}

/** The CDK's report leaves out a pack that found nothing; whether it ran shows in the outcomes alone. */
function idlePacks(folder: string): string[] {
  const packs = outcomesSchema.parse(jsonOf(folder, EVIDENCE_FOLDER, 'outcomes.json'));
  return PACKS.filter((name) => !packs.some(({ pack, outcomes }) => pack === name && outcomes.length > 0)).map(
    (name) => `no rule of ${name} looked at anything, so it did not run`,
  );
}

try {
  process.exitCode = main();
} catch (error) {
  console.error(error instanceof z.ZodError ? z.prettifyError(error) : error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
