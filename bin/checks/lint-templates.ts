import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';
import { ROOT } from '../local/paths';
import { installPythonPackages } from '../local/python-packages';
import { foldersOf, templatesByRegion } from './synth-folders';
import { type Ignore, ignoresSchema, type LintFinding, sift } from './template-findings';

const output = z.array(
  z.object({
    Filename: z.string(),
    Level: z.string(),
    Message: z.string(),
    Location: z.object({
      Path: z.array(z.union([z.string(), z.number()])).nullable(),
      Start: z.object({ LineNumber: z.number() }),
    }),
    Rule: z.object({ Id: z.string() }),
  }),
);

/** Checks the templates in the folders of one or more synths. Exit code 1 when cfn-lint finds what no ignore explains. */
async function main(): Promise<number> {
  const folders = foldersOf(process.argv.slice(2));
  // A template is checked against what its own Region offers: Hyderabad has no Macie, and is given none.
  const regions = templatesByRegion(folders);
  const packages = await installPythonPackages({ name: 'cfn-lint', what: 'cfn-lint' }, console.error);
  const findings = [...regions].flatMap(([region, templates]) => lint(packages, region, templates));
  const { open, ignored, unused } = sift(findings, readIgnores());
  for (const { file, line, rule, message } of open) console.error(`${file}:${line}: ${rule}: ${message}`);
  for (const { rule, resourceType } of unused)
    console.error(
      `bin/checks/template-ignores.yaml: ${rule}${resourceType ? ` of ${resourceType}` : ''} is not found any more: remove it`,
    );
  console.log(
    `${[...regions].map(([region, { length }]) => `${length} templates checked for ${region}`).join(', ')}: ${open.length} findings, ${ignored.length} ignored for a reason`,
  );
  return open.length + unused.length === 0 ? 0 : 1;
}

function lint(packages: string, region: string, templates: readonly string[]): LintFinding[] {
  const { stdout, stderr, error } = spawnSync(
    'python3',
    [join(packages, 'bin', 'cfn-lint'), '--format', 'json', '--regions', region, '--template', ...templates],
    // A .cfnlintrc of the user's must not decide.
    {
      cwd: packages,
      encoding: 'utf8',
      maxBuffer: 1 << 28,
      env: { PATH: process.env.PATH, PYTHONPATH: packages, HOME: packages },
    },
  );
  const parsed = output.safeParse(tryJson(stdout));
  if (!parsed.success)
    throw new Error(`cfn-lint did not answer: ${error?.message ?? stderr.trim().split('\n').at(-1)}`);
  const types = new Map(templates.map((path) => [path, resourceTypes(path)]));
  return parsed.data.map(({ Filename, Level, Message, Location, Rule }) => ({
    file: relative(ROOT, Filename),
    line: Location.Start.LineNumber,
    level: Level,
    rule: Rule.Id,
    message: Message,
    resourceType: types.get(Filename)?.[String(Location.Path?.[1])],
  }));
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function resourceTypes(path: string): Record<string, string> {
  const { Resources } = JSON.parse(readFileSync(path, 'utf8')) as { Resources: Record<string, { Type: string }> };
  return Object.fromEntries(Object.entries(Resources).map(([id, { Type }]) => [id, Type]));
}

function readIgnores(): Ignore[] {
  const file = join(__dirname, 'template-ignores.yaml');
  return existsSync(file) ? ignoresSchema.parse(parse(readFileSync(file, 'utf8'))) : [];
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);
