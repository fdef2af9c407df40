import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { startCloud } from '../../bin/local/cloud';
import { stopOnSignals } from '../../bin/local/processes';
import { CLOUD_FILE_ENV, cloudFile, keepCloud, stopCloud } from './support/cloud';

/** Starts one local cloud for all integration tests. Jest runs this once, before the first of them. */
export default async function cloudUp(): Promise<void> {
  const started = Date.now();
  const log = (line: string) =>
    process.stderr.write(`[cloud ${Math.round((Date.now() - started) / 1000)} s] ${line}\n`);
  stopOnSignals(stopCloud);
  const cloud = await startCloud({ log });
  keepCloud(cloud);
  // The tests run in processes of their own: they inherit the variable and read the file.
  const file = cloudFile();
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, JSON.stringify(cloud.outputs));
  process.env[CLOUD_FILE_ENV] = file;
}
