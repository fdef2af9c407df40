import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AnyCertificate } from '../../lambda/certificate/certificate';
import { verifyCertificate } from '../../lambda/certificate/verify';
import type { ApiClient } from '../cli/api';
import { certificateInWords } from '../cli/certificate';
import { countsInWords } from '../cli/words';
import type { CloudOutputs } from './outputs';
import { LOCAL_DIR } from './paths';
import { type Snapshot, type SnapshotOptions, snapshotTenant } from './snapshot';

/** Where the demo leaves certificates and the public key. */
export const DEMO_DIR = join(LOCAL_DIR, 'demo');

/** What every part of the demo works with. */
export interface Demo {
  readonly outputs: CloudOutputs;
  readonly api: ApiClient;
  /** Public key of the certificates. */
  readonly pem: string;
  /** Prints a line with the seconds since the start. */
  readonly log: (line: string) => void;
}

/** Ends the demo with a sentence that says what did not hold. */
export function must(holds: boolean, sentence: string): void {
  if (!holds) throw new Error(sentence);
}

/** A checksum by tenant. */
export type Snapshots = ReadonlyMap<string, Snapshot>;

/** One checksum for everything that each tenant has. */
export async function snapshots({ outputs }: Demo, tenants: readonly string[]): Promise<Snapshots> {
  const taken = new Map<string, Snapshot>();
  for (const tenantId of tenants) taken.set(tenantId, await snapshotTenant(outputs, tenantId));
  return taken;
}

/** Makes sure that nobody's data has changed. */
export function mustBeSame({ log }: Demo, before: Snapshots, after: Snapshots): void {
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
export async function mustBeGone(
  { outputs, log }: Demo,
  tenantId: string,
  options: SnapshotOptions = {},
): Promise<void> {
  const { counts } = await snapshotTenant(outputs, tenantId, options);
  const left = countsInWords(counts);
  must(left === 'nothing', `After a certified erasure ${left} of ${tenantId} can still be found.`);
  log('Listing every version and every item by hand finds nothing.');
}

/** Fetches the certificate, checks it offline, makes sure that a changed one is refused, and prints what it says. */
export async function keepCertificate(
  { api, pem, log }: Demo,
  requestId: string,
  name: string,
): Promise<{ readonly file: string; readonly certificate: AnyCertificate }> {
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
  return { file, certificate: verdict.certificate };
}
