import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadRegister } from '../../policies/load';
import { RegisterError } from '../../policies/register';

const POLICIES = join(__dirname, '..', '..', 'policies');

/** A copy of the real register in a folder called `policies`, for a test to break; removed afterwards. */
export function withRegisterCopy<T>(use: (dir: string) => T): T {
  const root = mkdtempSync(join(tmpdir(), 'register-'));
  const dir = join(root, 'policies');
  try {
    for (const file of readdirSync(POLICIES).filter((name) => name.endsWith('.yaml')))
      cpSync(join(POLICIES, file), join(dir, file));
    return use(dir);
  } finally {
    rmSync(root, { recursive: true });
  }
}

/** Problems reported after one replacement in one file of the real register. Throws if the text is not there. */
export function problemsAfter(file: string, before: string | RegExp, after: string): readonly string[] {
  return withRegisterCopy((dir) => {
    const path = join(dir, file);
    const text = readFileSync(path, 'utf8');
    const changed = text.replace(before, after);
    if (changed === text) throw new Error(`${file} does not contain ${before}`);
    writeFileSync(path, changed);
    return problemsOf(() => loadRegister(dir));
  });
}

/** Problems that a call reports; empty when it reports none. */
export function problemsOf(load: () => unknown): readonly string[] {
  try {
    load();
    return [];
  } catch (error) {
    if (error instanceof RegisterError) return error.problems;
    throw error;
  }
}

/** Line of the register file on which the text first stands, from 1. */
export function lineOf(file: string, text: string): number {
  const index = readFileSync(join(POLICIES, file), 'utf8').indexOf(text);
  if (index < 0) throw new Error(`${file} does not contain ${text}`);
  return readFileSync(join(POLICIES, file), 'utf8').slice(0, index).split('\n').length;
}
