import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LOCAL_DIR, ROOT } from './paths';

/** Pinned packages from PyPI, in a folder of the project's own. */
export interface PythonPackages {
  /** Name of the folder below .local, and of `bin/local/<name>-requirements.txt`. */
  readonly name: string;
  /** What a person would call it, e.g. `the emulator`. */
  readonly what: string;
}

/** Something on the machine is missing; the message says what to install. */
export class MissingToolError extends Error {
  override readonly name = 'MissingToolError';
}

interface Ran {
  readonly code: number | null;
  readonly output: string;
}

function run(command: string, args: readonly string[]): Promise<Ran> {
  return new Promise((resolve, reject) => {
    // PIP_USER would clash with --target on machines that set it for everyone.
    const child = spawn(command, args, { env: { ...process.env, PIP_USER: '0' }, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
  });
}

/** Version of `python3` as `3.11`. Throws what to install when it is missing or too old. */
async function pythonVersion(what: string): Promise<string> {
  const found = await run('python3', ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])']).catch(() => null);
  if (found === null || found.code !== 0)
    throw new MissingToolError(
      `Python 3.10 or later is needed for ${what}, and there is no python3: install it, e.g. apt-get install python3 python3-pip`,
    );
  const version = found.output.trim();
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < 3 || (major === 3 && minor < 10))
    throw new MissingToolError(
      `Python 3.10 or later is needed for ${what}, but python3 is ${version}: put a newer one first on the PATH`,
    );
  return version;
}

function pipFailure(what: string, output: string): MissingToolError {
  if (/No module named pip/.test(output))
    return new MissingToolError(`pip is needed for ${what}: install it, e.g. apt-get install python3-pip`);
  if (
    /Could not find a version|No matching distribution|ConnectionError|Connection|resolve|timed out|SSLError/i.test(
      output,
    )
  )
    return new MissingToolError(
      `pip could not fetch ${what} from PyPI: check the network or point pip at a mirror (PIP_INDEX_URL), then try again`,
    );
  const last = output.trim().split('\n').at(-1) ?? 'no output';
  return new MissingToolError(`pip could not install ${what}: ${last}`);
}

/**
 * Puts the pinned packages into `.local/<name>/<hash>` unless they are there, and returns that folder.
 * They are installed beside and moved into place, so a half-finished install is never taken for a whole one.
 */
export async function installPythonPackages(
  { name, what }: PythonPackages,
  log: (line: string) => void,
): Promise<string> {
  const version = await pythonVersion(what);
  const file = join(ROOT, 'bin', 'local', `${name}-requirements.txt`);
  const requirements = await readFile(file);
  // Compiled wheels differ by Python version, so it is part of the name.
  const hash = createHash('sha256').update(requirements).update(version).digest('hex').slice(0, 16);
  const home = join(LOCAL_DIR, name);
  const target = join(home, hash);
  if (existsSync(target)) return target;

  log(`Installing ${what} from PyPI (once) …`);
  await mkdir(home, { recursive: true });
  const temporary = await mkdtemp(join(home, 'installing-'));
  try {
    const pip = ['-m', 'pip', 'install', '--quiet', '--no-input', '--disable-pip-version-check'];
    const { code, output } = await run('python3', [...pip, '--target', temporary, '--requirement', file]);
    if (code !== 0) throw pipFailure(what, output);
    await rename(temporary, target).catch((error: NodeJS.ErrnoException) => {
      // Another process was faster; its copy is as good.
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  return target;
}

/** The AWS-compatible engine of the local cloud. */
export function installEmulator(log: (line: string) => void): Promise<string> {
  return installPythonPackages({ name: 'emulator', what: 'the emulator' }, log);
}
