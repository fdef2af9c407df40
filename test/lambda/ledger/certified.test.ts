import { type SignedCertificate, signedCertificateSchema } from '../../../lambda/certificate/certificate';
import { signCertificate } from '../../../lambda/certificate/sign';
import { verifyCertificate } from '../../../lambda/certificate/verify';
import { certificateProofs } from '../../../lambda/ledger/certificate-proofs';
import { certificateAbout, withProof } from '../../../lambda/ledger/certified';
import type { LedgerEvent } from '../../../lambda/ledger/event';
import { LedgerBrokenError } from '../../../lambda/ledger/proofs';
import { logKeys } from '../../../lambda/ledger/verify';
import { depsOf } from '../../support/proof-deps';
import { certifyingEntry, ORIGIN, SampleLog } from '../../support/sample-log';
import { sampleCertificate, testKey } from '../certificate/samples';

describe('a certificate with its proof', () => {
  async function certified(change: Partial<LedgerEvent> = {}) {
    const key = testKey();
    const bare = await signCertificate(sampleCertificate(key.sha256), key);
    const { requestId, number } = (JSON.parse(bare) as SignedCertificate).certificate;
    const about = certificateAbout(requestId, number);
    const log = new SampleLog().addMany(300);
    const entry = certifyingEntry(bare, { about, ...change });
    return { key, bare, log, entry, deps: depsOf(log) };
  }

  it('verifies offline, and is byte for byte what was signed beside it', async () => {
    const { key, bare, log, entry, deps } = await certified();
    log.add([entry]).addMany(20);
    const file = (await withProof(bare, deps)) ?? '';
    const verdict = verifyCertificate(Buffer.from(file), key.pem, { keys: logKeys(log.key.pem), origin: ORIGIN });
    expect(verdict).toMatchObject({ ok: true, inclusion: { state: 'included', index: 300 } });
    const { ledger, ...rest } = signedCertificateSchema.parse(JSON.parse(file));
    expect(rest).toEqual(JSON.parse(bare));
    expect(ledger?.entry).toBe(Buffer.from(entry).toString());
  });

  it('has none until its event stands under a signed checkpoint', async () => {
    const { bare, log, deps } = await certified();
    expect(await withProof(bare, deps)).toBeUndefined();
    expect(await withProof(bare, { ...deps, places: { latestOf: async () => log.size } })).toBeUndefined();
    expect(await withProof(bare, { ...depsOf(new SampleLog()), places: { latestOf: async () => 0 } })).toBeUndefined();
  });

  it('is given without one when the ledger does not hold, and the error is told without quoting anything', async () => {
    const { bare, log, entry } = await certified();
    log.add([entry]).files.set('tile/entries/001.p/45', Buffer.from('personal data'));
    const told: unknown[] = [];
    const logger = { error: (...said: unknown[]) => void told.push(said) };
    expect(await certificateProofs(depsOf(log), logger).withProof(bare)).toBeUndefined();
    expect(JSON.stringify(told)).toContain('LedgerBrokenError');
    expect(JSON.stringify(told)).not.toContain('personal');
  });

  it.each<[string, Partial<LedgerEvent>]>([
    ['another certificate', { hashes: { certificate: 'a'.repeat(64) } }],
    ['its removal', { act: 'removed' }],
  ])('is never given the event of %s', async (_, change) => {
    const { bare, log, entry, deps } = await certified(change);
    log.add([entry]);
    await expect(withProof(bare, deps)).rejects.toThrow(LedgerBrokenError);
  });
});
