import { existsSync, readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { type Cloud, startCloud } from './cloud';
import { type CloudOutputs, cloudOutputsSchema } from './outputs';
import { OUTPUTS_FILE } from './paths';
import { processLives, stopOnSignals } from './processes';
import { type Processors, startProcessorsOf } from './processors';

/** What a cloud that runs in another terminal has written; null when there is none. */
function runningElsewhere(): CloudOutputs | null {
  if (!existsSync(OUTPUTS_FILE)) return null;
  const outputs = cloudOutputsSchema.safeParse(JSON.parse(readFileSync(OUTPUTS_FILE, 'utf8')));
  if (!outputs.success || outputs.data.pid === null) return null;
  return processLives(outputs.data.pid) ? outputs.data : null;
}

/** The file belongs to one cloud at a time: another one's is neither overwritten nor removed. */
function refuseSecond(): void {
  const running = runningElsewhere();
  if (running !== null)
    throw new Error(`A local cloud runs already on ${running.endpoint}: use it, or stop it with Ctrl-C.`);
}

/** `npm run local`: keeps the local cloud running in the foreground until Ctrl-C. */
async function main(): Promise<void> {
  refuseSecond();
  let cloud: Cloud | undefined;
  let processors: Processors | null = null;
  let written = false;
  stopOnSignals(async () => {
    console.log('\nStopping …');
    if (written) await rm(OUTPUTS_FILE, { force: true });
    await processors?.stop();
    await cloud?.stop();
  });
  const log = (line: string) => console.log(line);
  cloud = await startCloud({ log });
  processors = await startProcessorsOf(cloud.outputs, log);
  refuseSecond();
  written = true;
  await writeFile(OUTPUTS_FILE, `${JSON.stringify(cloud.outputs, null, 2)}\n`);
  console.log(`
The local cloud is ready. In another terminal:
  npx digicrm seed                      fill it with invented data
  npx digicrm token --client crm        get a token for the API
  npx digicrm erase --tenant ID --watch erase a tenant and watch it
Addresses and names are in .local/outputs.json. Ctrl-C stops it and removes all of its data.`);
  // Nothing else keeps the process alive.
  setInterval(() => {}, 2 ** 30);
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});
