import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { readSignedFile } from '../../lambda/certificate/signed-file';
import { type LedgerTrust, verifyCertificate } from '../../lambda/certificate/verify';
import { append, EMPTY_EDGE } from '../../lambda/ledger/append';
import { eventIn } from '../../lambda/ledger/event';
import { decodeBundle, encodeBundle, TILE_WIDTH, type TileName, tilePath, widthOf } from '../../lambda/ledger/tiles';
import { checkConsistency, logKeys, openCheckpoint } from '../../lambda/ledger/verify';
import { hashesOf } from '../../lambda/ledger/view';
import { type LogReader, readAgain } from '../../lambda/ledger/watchman';
import { fetchCertificate } from '../cli/certificate';
import { copyLog } from '../cli/ledger-download';
import { logBucket } from '../cli/log-bucket';
import { logFolder } from '../cli/log-folder';
import { findingsInWords } from '../cli/verify-log';
import { DEMO_DIR, type Demo, must } from './demo-checks';
import { ROOT } from './paths';
import { publicKeyPem } from './public-key';

/** Seconds; the first writes to a stream of the emulator may take some. */
const TIMEOUT = 120;
const LOG = join(DEMO_DIR, 'ledger');

/** The end of the demo: every certificate is in the ledger, and no copy of either can be changed unseen. */
export async function tellLedger(demo: Demo, files: readonly string[]): Promise<void> {
  const { outputs, log } = demo;
  if (outputs.ledgerKeyId === null) throw new Error('The deployment has no ledger.');
  const pem = await publicKeyPem({ ...outputs, signingKeyId: outputs.ledgerKeyId });
  await writeFile(join(DEMO_DIR, 'ledger.pem'), pem);
  const trust: LedgerTrust = { keys: logKeys(pem) };
  for (const file of files) await proveCertificate(demo, file, trust);
  await refuseChangedCertificate(demo, files, trust);

  const { log: stored } = logBucket({ ...outputs, client: 'crm', env: {} });
  await proveGrowth(demo, stored, trust);
  const size = await copyLog(stored, LOG);
  must(size !== undefined, 'The ledger has no checkpoint.');
  must((await findingsOf(LOG, trust)) === '', 'A copy of the ledger does not hold.');
  log(`Copied the whole ledger (${size} entries) to ${relative(ROOT, LOG)}: every tile and checkpoint agrees with it.`);
  await tellWhatHappened(demo, files, size ?? 0);
  await refuseChangedLog(demo, size ?? 0, trust);
}

/** Fetches a certificate again, with its proof, and checks it with two public keys. */
async function proveCertificate({ api, pem, log }: Demo, file: string, trust: LedgerTrust): Promise<void> {
  const { requestId: id } = readSignedFile(await readFile(file)).certificate;
  await writeFile(file, await fetchCertificate(api, { id, waitForLedger: true, timeout: TIMEOUT }));
  const verdict = verifyCertificate(await readFile(file), pem, trust);
  if (!verdict.ok) throw new Error(`The certificate in ${file} does not hold with its proof: ${verdict.reason}`);
  const { inclusion } = verdict;
  if (inclusion.state !== 'included') throw new Error(`The certificate in ${file} has no proof.`);
  const { index, checkpoint } = inclusion;
  log(`${relative(ROOT, file)} is entry ${index} of the signed tree of ${checkpoint.size}: its proof holds offline.`);
}

/** The first checkpoint that was ever signed, as somebody may have kept it, and the latest are of one history. */
async function proveGrowth({ api, log }: Demo, stored: LogReader, trust: LedgerTrust): Promise<void> {
  for await (const { note } of stored.checkpoints()) {
    const older = openCheckpoint(note, trust.keys);
    if (older.size === 0) continue;
    const proof = await api.consistencyProof({ from: older.size });
    const newer = openCheckpoint(proof.checkpoint, trust.keys);
    checkConsistency(older, newer, hashesOf(proof));
    log(`The tree of ${newer.size} entries begins with that of ${older.size}: ${proof.hashes.length} hashes prove it.`);
    return;
  }
}

async function refuseChangedCertificate(
  { pem, log }: Demo,
  [file = '']: readonly string[],
  trust: LedgerTrust,
): Promise<void> {
  const text = await readFile(file, 'utf8');
  // The time in the ledger's event: what the certificate's own signature does not cover.
  const changed = text.replace(/(\\"at\\":\\"20)(\d)/, (_, start, digit) => `${start}${(Number(digit) + 1) % 10}`);
  must(changed !== text, 'The demo could not change the proof to try the check.');
  const verdict = verifyCertificate(Buffer.from(changed), pem, trust);
  if (verdict.ok) throw new Error('A certificate with another event of the ledger was accepted.');
  log(`One character of its event changed: refused, ${verdict.reason}.`);
}

/** What the ledger says of the first erasure, in order. */
async function tellWhatHappened({ log }: Demo, [file = '']: readonly string[], size: number): Promise<void> {
  const { requestId } = readSignedFile(await readFile(file)).certificate;
  const events = (await entriesOf(LOG, size)).map((entry, index) => ({ index, event: eventIn(entry) }));
  const own = events.filter(({ event }) => event?.about === requestId);
  must(own.length > 0, 'The ledger does not know the erasure.');
  log(`What it says of ${requestId}, at the database's own time, which the demo cannot move:`);
  for (const { index, event } of own) log(`  entry ${index}, ${event?.at}: ${event?.state}`);
}

/** Whoever has the storage in hand, and not the key, can change entries and even build all tiles anew. */
async function refuseChangedLog({ log }: Demo, size: number, trust: LedgerTrust): Promise<void> {
  const entries = await entriesOf(LOG, size);
  const middle = Math.floor(size / 2);
  const [name, copy] = ['changed', 'dropped'].map((how) => join(DEMO_DIR, `ledger-${how}`)) as [string, string];

  const changed = [...entries];
  const bytes = Buffer.from(entries[middle] ?? []);
  bytes.writeUInt8(bytes.readUInt8(20) ^ 1, 20);
  changed[middle] = bytes;
  await copyWith(name, bundlesOf(changed));
  log(`One bit of entry ${middle} changed in a copy: refused, ${await mustFind(name, trust)}.`);

  const dropped = entries.filter((_, index) => index !== middle);
  await copyWith(copy, append(EMPTY_EDGE, [...dropped, entries[middle] ?? Buffer.of()]).written);
  log(`Entry ${middle} moved to the end, all hashes made anew: refused, ${await mustFind(copy, trust)}.`);
  for (const folder of [name, copy]) await rm(folder, { recursive: true });
}

async function copyWith(folder: string, files: readonly { tile: TileName; bytes: Uint8Array }[]): Promise<void> {
  await cp(LOG, folder, { recursive: true });
  for (const { tile, bytes } of files) {
    const path = join(folder, tilePath(tile));
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, bytes);
  }
}

async function mustFind(folder: string, trust: LedgerTrust): Promise<string> {
  const found = await findingsOf(folder, trust);
  must(found !== '', 'A changed copy of the ledger was accepted.');
  return found;
}

async function findingsOf(folder: string, { keys }: LedgerTrust): Promise<string> {
  const log = logFolder(folder);
  const { origin } = openCheckpoint((await log.latest()) ?? '', keys);
  const { findings } = await readAgain({ log, keys, origin, seen: undefined });
  return findings.length === 0 ? '' : findingsInWords(findings.slice(0, 2)).replace('Not valid: ', '');
}

async function entriesOf(folder: string, size: number): Promise<Uint8Array[]> {
  const entries: Uint8Array[] = [];
  for (let index = 0; widthOf(0, index, size) > 0; index++) {
    const name: TileName = { level: 'entries', index, width: widthOf(0, index, size) };
    entries.push(...decodeBundle(await readFile(join(folder, tilePath(name)))));
  }
  return entries;
}

function bundlesOf(entries: readonly Uint8Array[]) {
  return Array.from({ length: Math.ceil(entries.length / TILE_WIDTH) }, (_, index) => {
    const part = entries.slice(index * TILE_WIDTH, (index + 1) * TILE_WIDTH);
    return { tile: { level: 'entries' as const, index, width: part.length }, bytes: encodeBundle(part) };
  });
}
