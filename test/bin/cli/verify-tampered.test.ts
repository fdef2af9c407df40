import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { EXIT } from '../../../bin/cli/exit';
import { main } from '../../../bin/cli/main';
import { signCertificate } from '../../../lambda/certificate/sign';
import { withLedger } from '../../../lambda/certificate/signed-file';
import { entryOf } from '../../../lambda/ledger/event';
import { formatLogProof, parseLogProof } from '../../../lambda/ledger/proof-text';
import { encodeBundle, type TileName, tilePath } from '../../../lambda/ledger/tiles';
import { sampleCertificate, testKey } from '../../lambda/certificate/samples';
import { CheckpointKey, certifyingEntry, SampleLog, sampleEvent } from '../../support/sample-log';

/** Three batches, each under a signed checkpoint; the certificate's event is in the second. */
const PLACE = 25;
const key = testKey();
const log = new SampleLog().addMany(20);
const stranger = new CheckpointKey();
let bare: string;
let dir: string;

const HOW = ['change', 'drop', 'insert', 'swap'] as const;

beforeAll(async () => {
  bare = await signCertificate(sampleCertificate(key.sha256), key);
  log.addMany(PLACE - 20).add([certifyingEntry(bare), entryOf(sampleEvent(PLACE + 1))]);
  log.addMany(13);
  dir = mkdtempSync(join(tmpdir(), 'tampered-'));
  writeFileSync(join(dir, 'key.pem'), key.pem);
  writeFileSync(join(dir, 'ledger.pem'), log.key.pem);
});
afterAll(() => rmSync(dir, { recursive: true }));

function tampered(how: (typeof HOW)[number], at: number): Uint8Array[] {
  const copy = [...log.entries];
  const [here = Buffer.of(), next = Buffer.of()] = [copy[at], copy[(at + 1) % copy.length]];
  if (how === 'change') copy[at] = Buffer.from(text(here).replace('"sequence":"', '"sequence":"9'));
  if (how === 'drop') copy.splice(at, 1);
  if (how === 'insert') copy.splice(at, 0, entryOf(sampleEvent(99_999)));
  if (how === 'swap') [copy[at], copy[(at + 1) % copy.length]] = [next, here];
  return copy;
}

/** The log's own checkpoints over these entries; whoever is clever makes all hashes anew to fit. */
function forgedLog(entries: readonly Uint8Array[], rebuilt: boolean): SampleLog {
  const forged = new SampleLog(stranger);
  // What it says of itself stays as it was.
  forged.entries.push(...log.entries);
  for (const [size, note] of log.checkpoints) forged.checkpoints.set(size, note);
  const files = rebuilt ? new SampleLog(stranger).add(entries).files : log.files;
  for (const [path, bytes] of files) forged.files.set(path, bytes);
  const bundle: TileName = { level: 'entries', index: 0, width: log.size };
  if (!rebuilt) forged.files.set(tilePath(bundle), encodeBundle(entries));
  return forged;
}

/** The certificate with the proof that the forged tree gives, under the log's checkpoint or a stranger's. */
async function forgedCertificate(entries: readonly Uint8Array[], signed: boolean): Promise<string | undefined> {
  const index = entries.findIndex((entry) => text(entry).includes('erasure.certificate'));
  if (index < 0) return undefined;
  const proof = parseLogProof(await new SampleLog(stranger).add(entries).proof(index));
  const shown = signed ? { ...proof, checkpoint: log.checkpoint() } : proof;
  return withLedger(bare, { entry: text(entries[index]), proof: formatLogProof(shown) });
}

async function exitOf(...args: string[]): Promise<number> {
  const paths = args.map((arg) => (/\.(json|pem)$|^log$/.test(arg) ? join(dir, arg) : arg));
  return main(paths, { out: () => undefined, err: () => undefined });
}

const verifyLog = () => exitOf('verify-log', '--folder', 'log', '--ledger-key', 'ledger.pem');
const verify = () => exitOf('verify', 'certificate.json', '--public-key', 'key.pem', '--ledger-key', 'ledger.pem');

describe('digicrm verify and verify-log', () => {
  it('accept what nobody touched', async () => {
    log.writeTo(join(dir, 'log'));
    const proof = await log.proof(PLACE);
    writeFileSync(join(dir, 'certificate.json'), withLedger(bare, { entry: text(log.entries[PLACE]), proof }));
    expect([await verifyLog(), await verify()]).toEqual([EXIT.ok, EXIT.ok]);
  });

  it('refuse any event that was changed, dropped, inserted or moved, in each of 1,000 trials', async () => {
    let certificates = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...HOW),
        fc.nat(log.size - 1),
        fc.boolean(),
        fc.boolean(),
        async (how, at, rebuilt, signed) => {
          const entries = tampered(how, at);
          rmSync(join(dir, 'log'), { recursive: true, force: true });
          forgedLog(entries, rebuilt).writeTo(join(dir, 'log'));
          expect(await verifyLog()).toBe(EXIT.invalidCertificate);
          const certificate = await forgedCertificate(entries, signed);
          if (certificate === undefined) return;
          certificates += 1;
          writeFileSync(join(dir, 'certificate.json'), certificate);
          expect(await verify()).toBe(EXIT.invalidCertificate);
        },
      ),
      { numRuns: 1_000 },
    );
    expect(certificates).toBeGreaterThan(900);
  }, 120_000);
});

const text = (entry: Uint8Array | undefined) => Buffer.from(entry ?? []).toString();
