import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { EvidenceError } from '../../lib/evidence/evidence-error';
import { sourceHash } from '../../lib/evidence/source-hash';
import { readApp, readSynth, type SynthOutput } from '../../lib/evidence/synth-output';

/** Where a synthesised app comes from. */
export interface SynthSource {
  /** Root of the repository. */
  readonly root: string;
  readonly stage: string;
  /** Folder that was named; it must be current. @default - one that is current, or a new one */
  readonly folder?: string | undefined;
}

/**
 * The synthesised app of a stage, of the source as it is now.
 *
 * @throws EvidenceError when the named folder is of another source or stage, or the app cannot be synthesised
 */
export async function synthesised(
  { root, stage, folder }: SynthSource,
  progress: (line: string) => void,
): Promise<{ folder: string; output: SynthOutput }> {
  const now = sourceHash(root);
  if (folder !== undefined) {
    refuseUnfit(folder, stage, now);
    return { folder, output: readSynth(folder) };
  }
  // Not below cdk.out: functions are not bundled in it, and nobody shall deploy it.
  const own = join(root, '.local', 'evidence-synth', stage);
  for (const candidate of [join(root, 'cdk.out', stage), join(root, 'cdk.out'), own]) {
    const app = readApp(candidate);
    if (app?.stage !== stage || app.sourceHash !== now) continue;
    progress(`Stage ${stage} is synthesised already.`);
    return { folder: candidate, output: readSynth(candidate) };
  }
  progress(`Synthesising stage ${stage} (about 10 s) …`);
  await synthesise(root, stage, own);
  if (readApp(own)?.sourceHash !== now)
    throw new EvidenceError('The source changed while it was synthesised: run npm run evidence again.');
  return { folder: own, output: readSynth(own) };
}

function refuseUnfit(folder: string, stage: string, now: string): void {
  if (!existsSync(join(folder, 'manifest.json')))
    throw new EvidenceError('The folder of --synth holds no synthesised app: run npm run synth, or leave --synth out.');
  const app = readApp(folder);
  if (app === null)
    throw new EvidenceError(
      'The folder of --synth has no evidence/app.json that can be read: run npm run synth again.',
    );
  if (app.stage !== stage)
    throw new EvidenceError(`The folder of --synth is of stage ${app.stage}: give --stage ${app.stage} too.`);
  if (app.sourceHash !== now)
    throw new EvidenceError('The folder of --synth is stale, the source has changed since: run npm run synth again.');
}

/** Runs the app as the CDK's command line does, without bundling: what functions are made of is no evidence. */
async function synthesise(root: string, stage: string, out: string): Promise<void> {
  rmSync(out, { recursive: true, force: true });
  const { context } = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8')) as { context: Record<string, unknown> };
  const { CDK_DEFAULT_ACCOUNT: _, CDK_DEFAULT_REGION: __, CDK_VALIDATION: ___, ...env } = process.env;
  const errors = await new Promise<string>((resolve, reject) => {
    const child = spawn(process.execPath, ['--import', 'tsx', 'bin/app.ts'], {
      cwd: root,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: {
        ...env,
        CDK_OUTDIR: out,
        CDK_CONTEXT_JSON: JSON.stringify({ ...context, stage, 'aws:cdk:bundling-stacks': [] }),
      },
    });
    let text = '';
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    child.once('error', reject);
    child.once('close', () => resolve(text));
  });
  // Broken rules fail synth, and are what the report is about: what counts is whether the output is there.
  if (readApp(out) !== null && existsSync(join(out, 'validation-report.json'))) return;
  const lines = errors.split('\n').filter((line) => line.trim() !== '');
  const first = lines.find((line) => !line.startsWith('Stage ')) ?? 'it wrote no evidence';
  throw new EvidenceError(`The app could not be synthesised: ${first}`);
}
