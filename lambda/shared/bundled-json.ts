import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where Lambda unpacks a function's bundle. */
const TASK_ROOT = 'LAMBDA_TASK_ROOT';

/** A JSON file of the function's bundle. @throws Error when there is no bundle, no such file or no JSON in it */
export function jsonFromBundle(file: string): unknown {
  const root = process.env[TASK_ROOT];
  if (root === undefined || root === '') throw new Error(`${TASK_ROOT} is not set, so there is no bundle to read from`);
  try {
    return JSON.parse(readFileSync(join(root, file), 'utf8'));
  } catch (cause) {
    throw new Error(`${file} in the function's bundle cannot be read; it is written at synth`, { cause });
  }
}
