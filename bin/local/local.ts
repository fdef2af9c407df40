import { rm, writeFile } from 'node:fs/promises';
import { type Cloud, startCloud } from './cloud';
import { OUTPUTS_FILE } from './paths';
import { stopOnSignals } from './processes';

/** `npm run local`: keeps the local cloud running in the foreground until Ctrl-C. */
async function main(): Promise<void> {
  let cloud: Cloud | undefined;
  stopOnSignals(async () => {
    console.log('\nStopping …');
    await rm(OUTPUTS_FILE, { force: true });
    await cloud?.stop();
  });
  cloud = await startCloud({ log: (line) => console.log(line) });
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
