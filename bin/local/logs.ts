import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LOCAL_DIR } from './paths';

const KEPT = 19;

/** Path of a new log file; of the older ones some are kept, to look at after a failure. */
export async function newLogFile(name: string): Promise<string> {
  const folder = join(LOCAL_DIR, 'logs');
  await mkdir(folder, { recursive: true });
  // Names begin with the time, so the oldest come first.
  const files = (await readdir(folder)).sort((a, b) => a.localeCompare(b));
  for (const file of files.slice(0, -KEPT)) await rm(join(folder, file), { force: true });
  return join(folder, `${Date.now()}-${name}.log`);
}
