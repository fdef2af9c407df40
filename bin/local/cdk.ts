import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type AwsTarget, toolEnvironment } from './aws';
import { ROOT } from './paths';
import { signalGroup } from './processes';

/** One run of the CDK command-line tool. */
export interface CdkRun {
  readonly target: AwsTarget;
  readonly args: readonly string[];
  /** Folder to run in. @default - the project's, where cdk.json names the app */
  readonly cwd?: string;
  /** Everything that the tool prints goes here. */
  readonly logFile: string;
  /** Called with each line that tells a person how far it is. */
  readonly onProgress: (line: string) => void;
}

/** `Data-local`, `ControlPlane-local`: the tool marks a finished stack with a tick. */
const FINISHED = /✅\s+(.+)$/;

/** Runs the CDK tool quietly. Rejects with its last lines when it fails; ends it when this process ends. */
export async function runCdk(run: CdkRun): Promise<void> {
  const log = createWriteStream(run.logFile, { flags: 'a' });
  const child = spawn(join(ROOT, 'node_modules', '.bin', 'cdk'), [...run.args], {
    cwd: run.cwd ?? ROOT,
    env: {
      ...toolEnvironment(run.target),
      CI: '1',
      CDK_DISABLE_CLI_TELEMETRY: 'true',
      CDK_NEW_BOOTSTRAP: '1',
      // Templates are validated by `npm run synth`; an emulator takes what it can anyway.
      CDK_VALIDATION: 'false',
      JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION: '1',
      JSII_SILENCE_WARNING_DEPRECATED_NODE_VERSION: '1',
      JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '1',
      AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE: '1',
      NO_COLOR: '1',
      FORCE_COLOR: '0',
    },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const end = () => {
    if (child.pid !== undefined) signalGroup(child.pid, 'SIGKILL');
  };
  process.once('exit', end);
  const tail: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      log.write(`${line}\n`);
      if (line.trim() === '') return;
      tail.push(line);
      if (tail.length > 25) tail.shift();
      const stack = FINISHED.exec(line)?.[1];
      if (stack !== undefined) run.onProgress(stack.trim());
    });
  }
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', resolve);
    });
    if (code !== 0)
      throw new Error(`cdk ${run.args[0]} failed (all of its output is in ${run.logFile}):\n${tail.join('\n')}`);
  } finally {
    process.removeListener('exit', end);
    log.end();
  }
}
