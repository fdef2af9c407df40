import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Store } from '../../lambda/shared/inventory';
import { SHARED, sortKeyPrefix, subjectPrefix, tenantPrefix } from '../../lambda/shared/layout';
import { ApiClient } from '../cli/api';
import { setClock } from './clock';
import { type Cloud, startCloud } from './cloud';
import { DEMO_DIR, type Demo, keepCertificate, mustBeGone, mustBeSame, snapshots } from './demo-checks';
import { eraseAndTell, type Target } from './demo-erasure';
import { tellLedger } from './demo-ledger';
import type { TransferDemo } from './demo-messages';
import { tellTerminations } from './demo-termination';
import { tellProcessorsErased, tellTransfers } from './demo-transfers';
import type { CloudOutputs } from './outputs';
import { ROOT } from './paths';
import { stopOnSignals } from './processes';
import { type Processors, startProcessorsOf } from './processors';
import { publicKeyPem } from './public-key';
import { seedData } from './seed';
import { snapshotTenant } from './snapshot';
import { clientCredentials, requestToken } from './tokens';

/** The demo's first day: the company's promise alone decides, whenever this is run. */
const FIRST_DAY = new Date('2026-12-01T05:00:00Z');
const started = Date.now();

/** Prints a line with the seconds since the start. */
function log(line: string): void {
  console.log(`${String(Math.round((Date.now() - started) / 1000)).padStart(4)} s  ${line}`);
}

function step(title: string): void {
  console.log(`\n${title}`);
}

function apiFor(outputs: CloudOutputs, client: string): ApiClient {
  return new ApiClient({
    apiUrl: outputs.apiUrl,
    token: async () => {
      const credentials = await clientCredentials(outputs, client);
      if (credentials === null) throw new Error(`the stage has no API client "${client}"`);
      return (await requestToken(outputs.tokenEndpoint, credentials)).access_token;
    },
  });
}

/** True for what the erasure of this person takes: her own things, and exports that may hold her. */
function takenWith(target: Required<Target>): (store: Store, key: string) => boolean {
  const { tenantId, subjectId } = target;
  return (store, key) => {
    if (store.kind === 'dynamodb') return key.startsWith(sortKeyPrefix(subjectId));
    const shared = store.subjectErasure === 'own-and-shared' && key.startsWith(`${tenantPrefix(tenantId)}${SHARED}/`);
    return shared || key.startsWith(subjectPrefix(tenantId, subjectId, store.shards));
  };
}

/** The main job from end to end, on a cloud of its own. */
async function story(cloud: Cloud, processors: Processors | null): Promise<void> {
  const { outputs } = cloud;
  const movable = outputs.clockFile !== null;
  await rm(DEMO_DIR, { recursive: true, force: true });
  await mkdir(DEMO_DIR, { recursive: true });
  if (movable) await setClock(outputs, FIRST_DAY);

  step('2. Three tenants with invented Indian CRM data');
  const { tenants } = await seedData(outputs, { log });
  const [first, ...others] = tenants;
  const subjectId = first?.subjects[0];
  if (first === undefined || subjectId === undefined) throw new Error('Nothing was seeded.');
  const person = { tenantId: first.tenantId, subjectId };
  const [second = '', third = ''] = others.map(({ tenantId }) => tenantId);
  const demo: Demo = { outputs, api: apiFor(outputs, 'crm'), pem: await publicKeyPem(outputs), log };
  await writeFile(join(DEMO_DIR, 'key.pem'), demo.pem);
  const outside: TransferDemo | null = processors && {
    ...{ ...demo, processors, person },
    desk: apiFor(outputs, 'legal-desk'),
  };
  step('3. What may leave: a message in India, one by way of Singapore, and an order that closes a country');
  const token = outside && (await tellTransfers(outside));
  const before = await snapshots(demo, [second, third]);
  const taken = takenWith(person);
  const rest = await snapshotTenant(outputs, first.tenantId, { except: taken });
  log('Took the checksum of every version and item.');

  step(`4. One person of ${person.tenantId} asks to be forgotten`);
  const forPerson = await eraseAndTell(demo, person);
  await mustBeGone(demo, person.tenantId, { except: (store, key) => !taken(store, key) });
  const restAfter = await snapshotTenant(outputs, first.tenantId, { except: taken });
  const whole = `the rest of ${first.tenantId}`;
  mustBeSame(demo, new Map([[whole, rest]]), new Map([[whole, restAfter]]));
  const { file, certificate } = await keepCertificate(demo, forPerson.requestId, 'person');
  if (outside && token !== null) await tellProcessorsErased(outside, certificate, token);
  const files = [file];

  step(`5. ${first.tenantId} leaves DigiCRM and wants everything erased now`);
  const forTenant = await eraseAndTell(demo, { tenantId: first.tenantId });
  await mustBeGone(demo, first.tenantId);
  mustBeSame(demo, before, await snapshots(demo, [second, third]));
  files.push((await keepCertificate(demo, forTenant.requestId, 'tenant')).file);

  if (movable) files.push(...(await tellTerminations(demo, [second, third], step)));
  else log('The clock of this cloud cannot be moved, so the ends of contracts are left out: they take 90 days.');
  step('8. The ledger: where the certificates stand, and what becomes of changed copies');
  await tellLedger(demo, files);
  tellWhereTheyAre(files);
}

function tellWhereTheyAre(files: readonly string[]): void {
  const show = (file: string) => relative(ROOT, file);
  const key = show(join(DEMO_DIR, 'key.pem'));
  const ledgerKey = show(join(DEMO_DIR, 'ledger.pem'));
  console.log('\nThe certificates, a copy of the ledger, and the public keys:');
  for (const file of files) console.log(`  ${show(file)}`);
  const ledger = show(join(DEMO_DIR, 'ledger'));
  for (const file of [ledger, key, ledgerKey]) console.log(`  ${file}`);
  console.log('Check them again at any time:');
  console.log(`  npx digicrm verify ${show(files.at(-1) ?? '')} --public-key ${key} --ledger-key ${ledgerKey}`);
  console.log(`  npx digicrm verify-log --folder ${ledger} --ledger-key ${ledgerKey}`);
}

/** `npm run demo`: exit code 0 only when everything it says was true. */
async function main(): Promise<number> {
  let cloud: Cloud | undefined;
  let processors: Processors | null = null;
  const stop = async () => {
    await processors?.stop();
    await cloud?.stop();
  };
  stopOnSignals(stop);
  try {
    step('1. A local cloud with the same stacks as in AWS');
    cloud = await startCloud({ log });
    processors = await startProcessorsOf(cloud.outputs, log);
    await story(cloud, processors);
    return 0;
  } catch (error) {
    console.error(`\nThe demo failed. ${error instanceof Error ? error.message : String(error)}`);
    if (cloud?.outputs.logFile) console.error(`What the emulator printed: ${relative(ROOT, cloud.outputs.logFile)}`);
    return 1;
  } finally {
    step('Stopping …');
    await stop();
    log('Everything that was started is stopped.');
  }
}

void main().then((code) => process.exit(code));
