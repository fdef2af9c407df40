import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Cloud } from '../../../bin/local/cloud';
import { type CloudOutputs, cloudOutputsSchema } from '../../../bin/local/outputs';
import { LOCAL_DIR } from '../../../bin/local/paths';
import type { Store } from '../../../lambda/shared/inventory';

/** Environment variable with the path of the file that tells the tests where the cloud is. */
export const CLOUD_FILE_ENV = 'DIGICRM_TEST_CLOUD';

/** Setup and teardown load this module apart from each other, so the running cloud hangs on the process. */
const holder = globalThis as { digicrmTestCloud?: Cloud };

/** A file per jest run, so that two runs do not read each other's. */
export function cloudFile(): string {
  return join(LOCAL_DIR, 'test', `cloud-${process.pid}.json`);
}

/** Keeps the cloud for `stopCloud`. */
export function keepCloud(cloud: Cloud): void {
  holder.digicrmTestCloud = cloud;
}

/** Stops the cloud that `keepCloud` was given, if any. */
export async function stopCloud(): Promise<void> {
  await rm(cloudFile(), { force: true });
  await holder.digicrmTestCloud?.stop();
  holder.digicrmTestCloud = undefined;
}

/** The deployed cloud, from within a test. */
export function testCloud(): CloudOutputs {
  const file = process.env[CLOUD_FILE_ENV];
  if (file === undefined) throw new Error('No cloud: run the integration tests with npm run test:integration.');
  return cloudOutputsSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
}

/** A store of the inventory by its id. */
export function storeNamed(cloud: CloudOutputs, id: string): Store {
  const store = cloud.inventory.find((each) => each.id === id);
  if (store === undefined) throw new Error(`no store "${id}" in the inventory`);
  return store;
}
