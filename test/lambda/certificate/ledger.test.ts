import fc from 'fast-check';
import { signCertificate } from '../../../lambda/certificate/sign';
import { withLedger } from '../../../lambda/certificate/signed-file';
import { verifyCertificate } from '../../../lambda/certificate/verify';
import { entryOf } from '../../../lambda/ledger/event';
import { formatLogProof, parseLogProof } from '../../../lambda/ledger/proof-text';
import { logKeys } from '../../../lambda/ledger/verify';
import { CheckpointKey, certifyingEntry, SampleLog, sampleEvent } from '../../support/sample-log';
import { sampleCertificate, testKey } from './samples';

const key = testKey();
const log = new SampleLog();
const trust = { keys: logKeys(log.key.pem), origin: log.origin };
/** Where the certificate's event stands. */
const PLACE = 17;
let bare: string;
let file: string;

beforeAll(async () => {
  bare = await signCertificate(sampleCertificate(key.sha256), key);
  log.addMany(PLACE).add([certifyingEntry(bare), ...others(25)]);
  file = withLedger(bare, { entry: text(log.entries[PLACE]), proof: await log.proof(PLACE) });
});

const others = (count: number) => Array.from({ length: count }, (_, i) => entryOf(sampleEvent(1000 + i)));
const text = (entry: Uint8Array | undefined) => Buffer.from(entry ?? []).toString();
const verdictOn = (given: Uint8Array | string) => verifyCertificate(Buffer.from(given), key.pem, trust);

describe('a certificate with its proof', () => {
  it('is valid, and its place in the ledger is told', () => {
    const { origin, size } = log;
    const inclusion = { state: 'included', index: PLACE, at: sampleEvent(0).at, checkpoint: { origin, size } };
    expect(verdictOn(file)).toMatchObject({ ok: true, inclusion });
  });

  it('is refused at every byte position that is changed', () => {
    const bytes = Buffer.from(file);
    for (let position = 0; position < bytes.length; position++) {
      const changed = Buffer.from(bytes);
      changed[position] = (bytes[position] ?? 0) ^ 1;
      if (verdictOn(changed).ok) throw new Error(`accepted with byte ${position} changed`);
    }
  });

  it('is refused with a part of its ledger member missing or one too many', () => {
    const { certificate, signature, ledger } = JSON.parse(file);
    for (const member of [{}, { entry: ledger.entry }, { ...ledger, more: 1 }, null, [], ''])
      expect(verdictOn(canonical({ certificate, ledger: member, signature }))).toEqual({
        ok: false,
        reason: 'the file is not a signed certificate of this version',
      });
  });

  it('is refused in another ledger than the one that it has to be, though the key is right', () => {
    const other = { ...trust, origin: 'ledger.digicrm.invalid/other' };
    const reason = 'the checkpoint is of another ledger';
    expect(verifyCertificate(Buffer.from(file), key.pem, other)).toEqual({ ok: false, reason });
  });

  it('is refused without a key of the ledger too, where the proof does not lead to the root', () => {
    const changed = file.replace(`index ${PLACE}`, `index ${PLACE + 1}`);
    expect(verifyCertificate(Buffer.from(changed), key.pem).ok).toBe(false);
    expect(verifyCertificate(Buffer.from(file), key.pem)).toMatchObject({ inclusion: { state: 'not-checked' } });
  });

  it('is refused once any event was changed, dropped, inserted or moved, in each of 1,000 trials', async () => {
    const checkpoint = log.checkpoint();
    const stranger = new CheckpointKey();
    const tampering = fc.constantFrom<Tampering>('change', 'drop', 'insert', 'swap');
    await fc.assert(
      fc.asyncProperty(tampering, fc.nat(log.size - 1), fc.boolean(), async (how, at, isSigned) => {
        const entries = tampered(how, at);
        // All of the tree made anew to fit, and under the signed checkpoint, or under one that a stranger signed.
        const forged = new SampleLog(stranger).add(entries);
        const index = entries.findIndex((entry) => text(entry).includes('erasure.certificate'));
        if (index < 0) return;
        const proof = parseLogProof(await forged.proof(index));
        const rewritten = formatLogProof(isSigned ? { ...proof, checkpoint } : proof);
        expect(verdictOn(withLedger(bare, { entry: text(entries[index]), proof: rewritten })).ok).toBe(false);
      }),
      { numRuns: 1000 },
    );
  }, 120_000);
});

type Tampering = 'change' | 'drop' | 'insert' | 'swap';

function tampered(how: Tampering, at: number): Uint8Array[] {
  const copy = [...log.entries];
  const [here = Buffer.of(), next = Buffer.of()] = [copy[at], copy[(at + 1) % copy.length]];
  if (how === 'change') copy[at] = Buffer.from(text(here).replace('"sequence":"', '"sequence":"9'));
  if (how === 'drop') copy.splice(at, 1);
  if (how === 'insert') copy.splice(at, 0, entryOf(sampleEvent(99_999)));
  if (how === 'swap') [copy[at], copy[(at + 1) % copy.length]] = [next, here];
  return copy;
}

/** Members are given in their order. */
function canonical(value: unknown): string {
  return JSON.stringify(value);
}
