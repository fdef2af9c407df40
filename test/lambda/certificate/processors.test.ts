import type { AnyCertificate, Certificate, CertifiedProcessor } from '../../../lambda/certificate/certificate';
import { contradiction } from '../../../lambda/certificate/consistency';
import { signCertificate } from '../../../lambda/certificate/sign';
import { verifyCertificate } from '../../../lambda/certificate/verify';
import { sampleCertificate, sampleCertificateV2, signAnything, testKey } from './samples';

const key = testKey();
const sample = sampleCertificate(key.sha256);

const AT = '2026-01-08T10:05:02.000Z';
const silent: CertifiedProcessor = {
  processorId: 'sms-gateway',
  route: 'api',
  state: 'to-tell',
  toldAt: null,
  answeredAt: null,
  deadline: '2026-02-07T10:05:00.000Z',
  evidenceSha256: null,
};
const withOne = (change: Partial<CertifiedProcessor>, more: Partial<Certificate> = {}): Certificate => ({
  ...sample,
  ...more,
  processors: [{ ...silent, ...change }],
});

describe('what a certificate says of processors', () => {
  it.each<[string, Partial<CertifiedProcessor>]>([
    ['not reached yet', {}],
    ['told and silent', { state: 'told', toldAt: AT }],
    ['silent after its day', { state: 'told', toldAt: AT, deadline: AT }],
    ['has erased', { state: 'acknowledged', toldAt: AT, answeredAt: AT }],
    ['has refused', { state: 'refused', toldAt: AT, answeredAt: AT }],
    ['for a person to tell', { state: 'by-hand', route: 'manual' }],
    [
      'told by hand, with evidence',
      { state: 'evidenced', route: 'manual', answeredAt: AT, evidenceSha256: 'e'.repeat(64) },
    ],
    [
      'told by its API and by hand in the end',
      { state: 'evidenced', toldAt: AT, answeredAt: AT, evidenceSha256: 'e'.repeat(64) },
    ],
  ])('may be, in a completed erasure: %s', async (_what, change) => {
    const certificate = withOne(change);
    expect(verifyCertificate(Buffer.from(await signCertificate(certificate, key)), key.pem)).toEqual({
      ok: true,
      certificate,
      inclusion: { state: 'no-proof' },
    });
  });

  it.each<[string, Partial<CertifiedProcessor>, string]>([
    ['acknowledged without a time', { state: 'acknowledged', toldAt: AT }, 'does not go with the time of its answer'],
    ['an answer of one that has not answered', { state: 'told', toldAt: AT, answeredAt: AT }, 'time of its answer'],
    ['acknowledged and never told', { state: 'acknowledged', answeredAt: AT }, 'no time at which it was told'],
    ['told without a time', { state: 'told' }, 'no time at which it was told'],
    ['told before it was told', { toldAt: AT }, 'and yet it was told'],
    ['evidenced without evidence', { state: 'evidenced', answeredAt: AT }, 'does not go with its evidence'],
    ['evidence of one that is silent', { evidenceSha256: 'e'.repeat(64) }, 'does not go with its evidence'],
    ['no route', { route: null }, 'does not go with its route and day'],
    ['no day', { deadline: null }, 'does not go with its route and day'],
    ['by hand, by its API', { state: 'by-hand' }, 'yet by its API'],
    ['told by an API that it does not have', { state: 'told', route: 'manual', toldAt: AT }, 'yet it is told by hand'],
    [
      'an answer before it was told',
      { state: 'acknowledged', toldAt: AT, answeredAt: sample.requestedAt },
      'out of order',
    ],
    [
      'an answer after the certificate',
      { state: 'acknowledged', toldAt: AT, answeredAt: '2026-01-08T10:06:31.001Z' },
      'out of order',
    ],
    ['held back in a completed erasure', { state: 'held', route: null, deadline: null }, 'yet nothing is held'],
  ])('contradicts itself and is neither signed nor verified: %s', async (_what, change, reason) => {
    const certificate = withOne(change);
    await expect(signCertificate(certificate, key)).rejects.toThrow(reason);
    const verdict = verifyCertificate(Buffer.from(await signAnything(certificate, key)), key.pem);
    expect(verdict).toEqual({ ok: false, reason: expect.stringContaining(reason) });
  });

  it('names each once', () => {
    const [first] = sample.processors;
    if (first === undefined) throw new Error('the sample names processors');
    expect(contradiction({ ...sample, processors: [first, first] })).toBe('a processor is listed twice');
  });

  it('may be that a legal hold keeps them from being told, in an erasure that is held', () => {
    const hold = { holdId: 'hold-1', matter: 'O.S. 17 of 2026', reviewAt: '2026-06-30' };
    const held = { state: 'held', route: null, deadline: null } as const;
    expect(contradiction(withOne(held, { outcome: 'held', holds: [hold] }))).toBeUndefined();
  });
});

describe('a certificate of version 2', () => {
  const second = sampleCertificateV2(key.sha256);
  const verdictOn = async (certificate: unknown) =>
    verifyCertificate(Buffer.from(await signAnything(certificate, key)), key.pem);

  it('is verified as before', async () => {
    expect(await verdictOn(second)).toEqual({
      ok: true,
      certificate: second satisfies AnyCertificate,
      inclusion: { state: 'no-proof' },
    });
  });

  it('cannot say what only version 3 says, nor the other way round', async () => {
    const reason = 'the file is not a signed certificate of this version';
    expect(await verdictOn({ ...second, processors: sample.processors })).toEqual({ ok: false, reason });
    expect(await verdictOn({ ...sample, processors: second.processors })).toEqual({ ok: false, reason });
    expect(await verdictOn({ ...second, version: 1 })).toEqual({ ok: false, reason });
  });

  it('is issued no more', async () => {
    await expect(signCertificate(second as never, key)).rejects.toThrow();
  });
});
