import { stopCloud } from './support/cloud';

/** Stops what cloud-up.ts started. Jest runs this once, after the last test. */
export default async function cloudDown(): Promise<void> {
  process.stderr.write('[cloud] Stopping …\n');
  await stopCloud();
}
