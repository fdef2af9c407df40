import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadRegister } from '../../policies/load';
import type { AwsTarget } from './aws';
import { runCdk } from './cdk';
import { startEmulator } from './emulator';
import { leftOut } from './left-out';
import { newLogFile } from './logs';
import { type CloudOutputs, outputsFromStacks } from './outputs';
import { LOCAL_DIR } from './paths';
import { listClients } from './tokens';

const ACCOUNT = '000000000000';

const { home, replica } = loadRegister().regions;
const REGIONS = [home.region, replica.region];

/** A running local cloud with the app deployed to it. */
export interface Cloud {
  readonly outputs: CloudOutputs;
  /** Ends what `startCloud` started and waits for it. */
  stop(): Promise<void>;
}

export interface CloudOptions {
  /** Called with one line per thing done, for people. */
  readonly log: (line: string) => void;
}

interface Deployment {
  readonly target: AwsTarget;
  /** Where the tool may write. */
  readonly folder: string;
  /** Null where the functions cannot read the files of this computer. */
  readonly clockFile: string | null;
  /** The same. */
  readonly processorHosts: string | null;
}

async function deploy(
  { target, folder, clockFile, processorHosts }: Deployment,
  log: (line: string) => void,
): Promise<unknown> {
  const logFile = await newLogFile('cdk');
  const endpoint = target.endpoint ?? '';
  log('Bootstrapping (cdk bootstrap) …');
  // Outside the project the tool finds no app, and so does not synthesise it only to throw it away.
  const bootstrap = ['bootstrap', ...REGIONS.map((region) => `aws://${ACCOUNT}/${region}`)];
  await runCdk({ target, logFile, args: bootstrap, cwd: folder, onProgress: () => {} });
  for (const line of leftOut()) log(line);
  log('Deploying the stacks (cdk deploy --all) …');
  const outputsFile = join(folder, 'stacks.json');
  await runCdk({
    target,
    logFile,
    args: [
      ...['deploy', '--all', '--require-approval', 'never', '--outputs-file', outputsFile],
      ...['--output', join(folder, 'cdk.out'), '--progress', 'events', '--concurrency', '4'],
      ...['-c', 'stage=local', '-c', `localEndpoint=${endpoint}`],
      ...(clockFile === null ? [] : ['-c', `localClockFile=${clockFile}`]),
      ...(processorHosts === null ? [] : ['-c', `localProcessorHosts=${processorHosts}`]),
    ],
    onProgress: (stack) => log(`  ${stack}`),
  });
  return JSON.parse(await readFile(outputsFile, 'utf8'));
}

/**
 * Starts the emulator, bootstraps it and deploys all stacks of stage `local` to it.
 * Stops what it started when any of this fails.
 */
export async function startCloud({ log }: CloudOptions): Promise<Cloud> {
  const emulator = await startEmulator(log);
  await mkdir(LOCAL_DIR, { recursive: true });
  const folder = await mkdtemp(join(LOCAL_DIR, 'deploy-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  try {
    const target = { region: home.region, endpoint: emulator.endpoint };
    const clockFile = emulator.stateDir && join(emulator.stateDir, 'clock');
    const processorHosts = emulator.stateDir && join(emulator.stateDir, 'processors.json');
    const deployed = await deploy({ target, folder, clockFile, processorHosts }, log);
    const outputs = outputsFromStacks(deployed, emulator.endpoint);
    const clients = (await listClients(outputs)).map(({ name }) => name).sort((a, b) => a.localeCompare(b));
    log(`The API answers on ${outputs.apiUrl}`);
    return {
      outputs: { ...outputs, clients, clockFile, processorHosts, pid: emulator.pid, logFile: emulator.logFile },
      stop: () => emulator.stop(),
    };
  } catch (error) {
    await emulator.stop();
    throw error;
  } finally {
    process.removeListener('exit', remove);
    remove();
  }
}
