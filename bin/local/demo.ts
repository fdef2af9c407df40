import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { verifyCertificate } from '../../lambda/certificate/verify';
import type { Store } from '../../lambda/shared/inventory';
import { SHARED, sortKeyPrefix, subjectPrefix, tenantPrefix } from '../../lambda/shared/layout';
import { ApiClient } from '../cli/api';
import { certificateInWords } from '../cli/certificate';
import { countsInWords } from '../cli/words';
import { type Cloud, startCloud } from './cloud';
import { eraseAndTell, type Target } from './demo-erasure';
import type { CloudOutputs } from './outputs';
import { LOCAL_DIR, ROOT } from './paths';
import { stopOnSignals } from './processes';
import { publicKeyPem } from './public-key';
import { seedData } from './seed';
import { type Snapshot, type SnapshotOptions, snapshotTenant } from './snapshot';
import { clientCredentials, requestToken } from './tokens';

const DEMO_DIR = join(LOCAL_DIR, 'demo');
const started = Date.now();

/** Prints a line with the seconds since the start. */
function log(line: string): void {
  console.log(`${String(Math.round((Date.now() - started) / 1000)).padStart(4)} s  ${line}`);
}

function step(title: string): void {
  console.log(`\n${title}`);
}

/** Ends the demo with a sentence that says what did not hold. */
function must(holds: boolean, sentence: string): void {
  if (!holds) throw new Error(sentence);
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

async function snapshots(outputs: CloudOutputs, tenants: readonly string[]): Promise<Map<string, Snapshot>> {
  const taken = new Map<string, Snapshot>();
  for (const tenantId of tenants) taken.set(tenantId, await snapshotTenant(outputs, tenantId));
  return taken;
}

function mustBeSame(before: Map<string, Snapshot>, after: Map<string, Snapshot>): void {
  for (const [tenantId, snapshot] of before) {
    must(
      after.get(tenantId)?.sha256 === snapshot.sha256,
      `The data of ${tenantId} has changed, and nobody asked for it.`,
    );
    log(
      `${tenantId} is byte for byte the same: ${countsInWords(snapshot.counts)} (sha256 ${snapshot.sha256.slice(0, 16)}…)`,
    );
  }
}

/** Reads everything of a target by hand and makes sure that there is nothing. */
async function mustBeGone(outputs: CloudOutputs, tenantId: string, options: SnapshotOptions = {}): Promise<void> {
  const { counts } = await snapshotTenant(outputs, tenantId, options);
  const left = countsInWords(counts);
  must(left === 'nothing', `After a certified erasure ${left} of ${tenantId} can still be found.`);
  log('Listing every version and every item by hand finds nothing.');
}

/** Fetches the certificate, checks it offline, and makes sure that a changed one is refused. */
async function keepCertificate(api: ApiClient, requestId: string, name: string, pem: string): Promise<string> {
  const file = join(DEMO_DIR, `certificate-${name}.json`);
  await writeFile(file, await api.certificate(requestId));
  const bytes = await readFile(file);
  const verdict = verifyCertificate(bytes, pem);
  if (!verdict.ok) throw new Error(`The certificate in ${file} is not valid: ${verdict.reason}`);
  log(`The certificate verifies with the public key alone (${bytes.length} bytes).`);

  const text = bytes.toString('utf8');
  const changed = text.replace(
    /"erased":\{("deleteMarkers":)?\d/,
    (counts) => `${counts.slice(0, -1)}${(Number(counts.at(-1)) + 1) % 10}`,
  );
  must(changed !== text, 'The demo could not change the certificate to try the check.');
  const refused = verifyCertificate(Buffer.from(changed), pem);
  if (refused.ok) throw new Error('A certificate with one changed character was accepted.');
  log(`With one character changed it is refused: ${refused.reason}.`);
  console.log(`\n${certificateInWords(verdict.certificate).replace(/^/gm, '        ')}\n`);
  return file;
}

/** The main job from end to end, on a cloud of its own. */
async function demo(cloud: Cloud): Promise<void> {
  const { outputs } = cloud;
  await rm(DEMO_DIR, { recursive: true, force: true });
  await mkdir(DEMO_DIR, { recursive: true });

  step('2. Three tenants with invented Indian CRM data');
  const { tenants } = await seedData(outputs, { log });
  const [first, ...others] = tenants;
  const subjectId = first?.subjects[0];
  if (first === undefined || subjectId === undefined) throw new Error('Nothing was seeded.');
  const person = { tenantId: first.tenantId, subjectId };
  const otherIds = others.map(({ tenantId }) => tenantId);
  const before = await snapshots(outputs, otherIds);
  const taken = takenWith(person);
  const rest = await snapshotTenant(outputs, first.tenantId, { except: taken });
  log('Took the checksum of every version and item.');

  const api = apiFor(outputs, 'crm');
  const pem = await publicKeyPem(outputs);
  await writeFile(join(DEMO_DIR, 'key.pem'), pem);

  step(`3. One person of ${person.tenantId} asks to be forgotten`);
  const forPerson = await eraseAndTell(api, person, log);
  await mustBeGone(outputs, person.tenantId, { except: (store, key) => !taken(store, key) });
  const restAfter = await snapshotTenant(outputs, first.tenantId, { except: taken });
  mustBeSame(
    new Map([[`the rest of ${first.tenantId}`, rest]]),
    new Map([[`the rest of ${first.tenantId}`, restAfter]]),
  );
  const personFile = await keepCertificate(api, forPerson.requestId, 'person', pem);

  step(`4. ${first.tenantId} leaves DigiCRM`);
  const forTenant = await eraseAndTell(api, { tenantId: first.tenantId }, log);
  await mustBeGone(outputs, first.tenantId);
  mustBeSame(before, await snapshots(outputs, otherIds));
  const tenantFile = await keepCertificate(api, forTenant.requestId, 'tenant', pem);

  const show = (file: string) => relative(ROOT, file);
  const key = show(join(DEMO_DIR, 'key.pem'));
  console.log('The certificates and the public key:');
  for (const file of [personFile, tenantFile]) console.log(`  ${show(file)}`);
  console.log(`  ${key}`);
  console.log(`Check them again at any time: npx digicrm verify ${show(tenantFile)} --public-key ${key}`);
}

/** `npm run demo`: exit code 0 only when everything it says was true. */
async function main(): Promise<number> {
  let cloud: Cloud | undefined;
  stopOnSignals(async () => cloud?.stop());
  try {
    step('1. A local cloud with the same stacks as in AWS');
    cloud = await startCloud({ log });
    await demo(cloud);
    return 0;
  } catch (error) {
    console.error(`\nThe demo failed. ${error instanceof Error ? error.message : String(error)}`);
    if (cloud?.outputs.logFile) console.error(`What the emulator printed: ${relative(ROOT, cloud.outputs.logFile)}`);
    return 1;
  } finally {
    step('Stopping …');
    await cloud?.stop();
    log('Everything that was started is stopped.');
  }
}

void main().then((code) => process.exit(code));
