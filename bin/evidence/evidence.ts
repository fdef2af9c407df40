import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { CommanderError } from 'commander';
import type { Clock } from '../../lambda/shared/clock';
import { gotWorse, parseReport } from '../../lib/evidence/compare';
import { EvidenceError } from '../../lib/evidence/evidence-error';
import type { EvidenceReport } from '../../lib/evidence/model';
import { registerProblems } from '../../lib/evidence/register-problems';
import { hashOf, makeReport, namedTests } from '../../lib/evidence/report';
import { ruleTexts } from '../../lib/evidence/rule-texts';
import { SourcePlaces } from '../../lib/evidence/source-places';
import { summaryOf } from '../../lib/evidence/summary';
import { RegisterError } from '../../policies/register';
import type { Register } from '../../policies/schema';
import { type EvidenceOptions, evidenceCommand } from './options';
import { originOf } from './origin';
import { synthesised } from './synthesise';
import { testResults } from './tests';
import { writeReport } from './write';

const EXIT = { done: 0, failed: 1, usage: 2, worse: 3 } as const;

/** What the command works on. */
export interface EvidenceDeps {
  /** Root of the repository. */
  readonly root: string;
  readonly clock: Clock;
  readonly loadRegister: () => Register;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/** Runs one command line. @returns exit code */
export async function evidence(args: readonly string[], deps: EvidenceDeps): Promise<number> {
  try {
    const command = evidenceCommand(deps).parse([...args], { from: 'user' });
    const options = command.opts<EvidenceOptions>();
    return options.verify === undefined ? await collect(options, deps) : verify(options.verify, deps);
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return EXIT.done;
      deps.err(`evidence: ${error.message.replace(/^error: /, '')} (see npm run evidence -- --help)\n`);
      return EXIT.usage;
    }
    if (!(error instanceof EvidenceError) && !(error instanceof RegisterError)) throw error;
    for (const problem of error.problems) deps.err(`evidence: ${problem}\n`);
    return EXIT.failed;
  }
}

async function collect(options: EvidenceOptions, deps: EvidenceDeps): Promise<number> {
  const { root, clock } = deps;
  const progress = (line: string) => deps.err(`${line}\n`);
  const exists = (path: string) => existsSync(join(root, path));
  const isFile = (path: string) => statSync(join(root, path), { throwIfNoEntry: false })?.isFile() ?? false;
  const out = resolve(root, options.out);
  const register = deps.loadRegister();
  const rules = ruleTexts();
  const problems = registerProblems(register, new Set(rules.keys()), exists);
  if (problems.length > 0) throw new EvidenceError(...problems);
  // Read before anything takes long, and before the report in the folder is written over.
  const compared = options.compare === undefined ? null : parseReport(read(options.compare), '--compare');
  const folder = options.synth === undefined ? undefined : resolve(options.synth);
  const synth = await synthesised({ root, stage: options.stage, folder }, progress);
  const tests = await testResults(root, namedTests(register), options, isFile, progress);
  const report = makeReport(
    {
      ...{ register, rules, tests, exists: isFile },
      synth: synth.output,
      origin: originOf(root, options.sourceUrl),
      live: null,
      before: compared ?? lastReport(out),
    },
    clock,
  );
  writeReport(report, out, synth.folder, new SourcePlaces(isFile));
  const worse = compared === null ? [] : gotWorse(report.changes ?? []);
  for (const line of summaryOf(report)) deps.out(`${line}\n`);
  for (const { kind, id, before, after } of worse.slice(0, 5))
    deps.out(`  worse: ${kind} ${id}: ${before} before, ${after ?? 'gone'} now\n`);
  deps.out(`The report: ${relative(process.cwd(), join(out, 'evidence.html'))}\n`);
  return worse.length > 0 ? EXIT.worse : EXIT.done;
}

function verify(path: string, deps: EvidenceDeps): number {
  const report = parseReport(read(path), 'The file of --verify');
  if (hashOf(report) !== report.hash)
    throw new EvidenceError('The report was changed after it was written: its hash is another one.');
  deps.out(`The report is as it was written: ${report.hash}\n`);
  return EXIT.done;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw new EvidenceError(`${path} cannot be read: give an evidence.json that npm run evidence wrote.`);
  }
}

/** The report of the last run; one that is of another format, or no report, is not compared with. */
function lastReport(out: string): EvidenceReport | null {
  try {
    return parseReport(readFileSync(join(out, 'evidence.json'), 'utf8'), 'evidence.json');
  } catch {
    return null;
  }
}
