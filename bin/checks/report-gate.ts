import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import * as z from 'zod';
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
const reportSchema = z.object({
  pluginReports: z.array(
    z.object({
      pluginName: z.string(),
      conclusion: z.string(),
      violations: z.array(finding),
      suppressedViolations: z.array(acknowledged).default([]),
    }),
  ),
});

/**
 * Prints every acknowledged finding of one or more synths with its place and reason. Exit code 1 when a rule is
 * broken, when a report is missing, or when cdk-nag did not run: the second lock behind synth's own exit code.
 */
function main(): number {
  let failed = false;
  for (const folder of foldersOf(process.argv.slice(2))) {
    const name = relative(ROOT, folder) || folder;
    const { pluginReports } = reportSchema.parse(
      JSON.parse(readFileSync(join(folder, 'validation-report.json'), 'utf8')),
    );
    const accepted = pluginReports.flatMap(({ suppressedViolations }) => suppressedViolations);
    const broken = pluginReports.flatMap(({ pluginName, violations }) =>
      violations.map((violation) => ({ ...violation, pluginName })),
    );
    const nagRan = pluginReports.some(({ pluginName }) => pluginName === 'AwsSolutions');
    const lines = accepted.map((a) => `  ${a.acknowledgedAt}: ${a.acknowledgedId}: ${a.reason}`);
    console.log([`${name}: ${accepted.length} acknowledged findings`, ...[...new Set(lines)].sort()].join('\n'));
    for (const { pluginName, ruleName, violatingConstructs } of broken)
      for (const { constructPath = 'the app' } of violatingConstructs)
        console.error(`${name}: ${constructPath}: ${pluginName}: ${ruleName} has no acknowledgement`);
    if (!nagRan) console.error(`${name}: the report has nothing of AwsSolutions, so it did not run`);
    failed ||= broken.length > 0 || !nagRan || pluginReports.some(({ conclusion }) => conclusion !== 'success');
  }
  return failed ? 1 : 0;
}

try {
  process.exitCode = main();
} catch (error) {
  console.error(error instanceof z.ZodError ? z.prettifyError(error) : error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
