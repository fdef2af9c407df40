import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, rmSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { delimiter, dirname, join } from 'node:path';
import { newLogFile } from './logs';
import { LOCAL_DIR, ROOT } from './paths';
import { endGroup, processLives, signalGroup } from './processes';
import { installEmulator } from './python-packages';

const READY_WITHIN_MS = 60_000;

/** A running AWS-compatible engine. */
export interface Emulator {
  readonly endpoint: string;
  /** Process group of the emulator and its functions; null for an engine that the user runs. */
  readonly pid: number | null;
  /** What the emulator printed; null for an engine that the user runs. */
  readonly logFile: string | null;
  /** Folder that its functions can read and that `stop` removes; null for an engine that the user runs. */
  readonly stateDir: string | null;
  /** Ends the emulator with all its function processes, waits for it and removes its state. */
  stop(): Promise<void>;
}

/** A port of the loopback interface that nobody listens on now. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address !== null ? resolve(address.port) : reject(new Error('no free port')),
      );
    });
  });
}

/**
 * The emulator's whole environment. Nothing of the user's goes in: neither credentials nor
 * NODE_OPTIONS, since the functions inherit it.
 */
function environment(port: number, packages: string, stateDir: string): NodeJS.ProcessEnv {
  return {
    // The functions run on the Node that runs this.
    PATH: [dirname(process.execPath), process.env.PATH ?? ''].join(delimiter),
    HOME: process.env.HOME,
    LANG: 'C.UTF-8',
    PYTHONPATH: packages,
    PYTHONUNBUFFERED: '1',
    TMPDIR: stateDir,
    BIND_HOST: '127.0.0.1',
    GATEWAY_PORT: String(port),
    MINISTACK_HOST: '127.0.0.1',
    MINISTACK_REGION: 'ap-south-1',
    IOT_MTLS_ENABLED: '0',
    SFTP_ENABLED: '0',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    // It would stop the containers of any other emulator on this machine.
    DOCKER_HOST: `unix://${join(stateDir, 'no-docker.sock')}`,
  };
}

/** Removes what crashed runs have left: a folder whose owner no longer lives. */
async function removeStaleStates(home: string): Promise<void> {
  for (const name of await readdir(home).catch(() => [])) {
    const owner = await readFile(join(home, name, 'owner'), 'utf8').catch(() => '');
    if (owner !== '' && !processLives(Number(owner))) await rm(join(home, name), { recursive: true, force: true });
  }
}

async function healthy(endpoint: string): Promise<boolean> {
  try {
    return (await fetch(`${endpoint}/_ministack/health`, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch {
    return false;
  }
}

async function waitUntilReady(child: ChildProcess, endpoint: string, logFile: string): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS;
  while (!(await healthy(endpoint))) {
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`The emulator ended while starting; its messages are in ${logFile}`);
    if (Date.now() > deadline)
      throw new Error(`The emulator did not answer within ${READY_WITHIN_MS / 1000} s; its messages are in ${logFile}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/**
 * Starts the pinned emulator on a free loopback port, in a process group of its own.
 * With `AWS_ENDPOINT_URL` set, uses that engine and starts nothing.
 */
export async function startEmulator(log: (line: string) => void): Promise<Emulator> {
  const own = process.env.AWS_ENDPOINT_URL;
  if (own !== undefined && own !== '') {
    const endpoint = own.replace(/\/+$/, '');
    log(`Using the engine at ${endpoint} (AWS_ENDPOINT_URL)`);
    return { endpoint, pid: null, logFile: null, stateDir: null, stop: async () => {} };
  }

  const packages = await installEmulator(log);
  const home = join(LOCAL_DIR, 'state');
  await mkdir(home, { recursive: true });
  await removeStaleStates(home);
  const stateDir = await mkdtemp(join(home, 'run-'));
  await writeFile(join(stateDir, 'owner'), String(process.pid));
  const port = await freePort();
  const logFile = await newLogFile(`emulator-${port}`);
  const output = openSync(logFile, 'w');
  const child = spawn('python3', [join(ROOT, 'bin', 'local', 'emulator.py')], {
    cwd: stateDir,
    env: environment(port, packages, stateDir),
    detached: true,
    // The pipe to stdin is never written to: its closing tells the emulator that this process is gone.
    stdio: ['pipe', output, output],
  });
  closeSync(output);
  const pid = child.pid;
  if (pid === undefined) throw new Error('python3 could not be started');

  const endpoint = `http://127.0.0.1:${port}`;
  const killAtExit = () => {
    signalGroup(pid, 'SIGKILL');
    if (existsSync(stateDir)) rmSync(stateDir, { recursive: true, force: true });
  };
  process.once('exit', killAtExit);
  const stop = async () => {
    await endGroup(pid);
    process.removeListener('exit', killAtExit);
    await rm(stateDir, { recursive: true, force: true });
  };
  try {
    await waitUntilReady(child, endpoint, logFile);
  } catch (error) {
    await stop();
    throw error;
  }
  // Neither the child nor its pipe may keep the caller alive.
  child.unref();
  (child.stdin as unknown as { unref?: () => void } | null)?.unref?.();
  log(`Emulator runs on ${endpoint}`);
  return { endpoint, pid, logFile, stateDir, stop };
}
