import { generateKeyPairSync } from 'node:crypto';
import * as fc from 'fast-check';
import type { Certificate } from '../../../lambda/certificate/certificate';
import { signCertificate } from '../../../lambda/certificate/sign';
import { verifyCertificate } from '../../../lambda/certificate/verify';
import { canonicalJson } from '../../../lambda/shared/canonical';
import { sampleCertificate, signedWithPadding, signAnything as signWith, type TestKey, testKey } from './samples';

const key = testKey();
const sample = sampleCertificate(key.sha256);
let file: Buffer;

beforeAll(async () => {
  file = Buffer.from(await signedWithPadding(sample, key));
});

const verdictOn = (bytes: Uint8Array | string, pem = key.pem) => verifyCertificate(Buffer.from(bytes), pem);

const signAnything = (certificate: unknown, signer: TestKey = key) => signWith(certificate, signer);

test('a signed certificate verifies with the public key alone', () => {
  expect(verdictOn(file)).toEqual({ ok: true, certificate: sample, inclusion: { state: 'no-proof' } });
});

test('the file is canonical JSON without a trailing newline', () => {
  expect(file.toString()).toBe(canonicalJson(JSON.parse(file.toString())));
  expect(file.toString()).toMatch(/^\{"certificate":\{"anonymised".*"signature":"[A-Za-z0-9+/]+={0,2}"\}$/);
});

describe('a changed file', () => {
  const substitutions: [string, (byte: number) => number][] = [
    ['the lowest bit flipped', (byte) => byte ^ 0x01],
    ['the case of a letter flipped', (byte) => byte ^ 0x20],
    ['every bit flipped', (byte) => byte ^ 0xff],
    ['the next digit or letter', (byte) => (byte + 1) & 0xff],
    ['a zero', (byte) => (byte === 0x30 ? 0x31 : 0x30)],
  ];

  it.each(substitutions)('is refused at every byte position: %s', (_name, substitute) => {
    for (let position = 0; position < file.length; position++) {
      const changed = Buffer.from(file);
      changed[position] = substitute(file[position] ?? 0);
      if (verdictOn(changed).ok) throw new Error(`accepted with byte ${position} changed`);
    }
  });

  it('is refused with any byte removed or doubled', () => {
    for (let position = 0; position < file.length; position++) {
      const before = file.subarray(0, position);
      const accepted = [
        Buffer.concat([before, file.subarray(position + 1)]),
        Buffer.concat([before, file.subarray(position, position + 1), file.subarray(position)]),
      ].some((changed) => verdictOn(changed).ok);
      if (accepted) throw new Error(`accepted with byte ${position} removed or doubled`);
    }
  });

  it('is refused whatever random bytes replace a part of it', () =>
    fc.assert(
      fc.property(fc.nat(), fc.uint8Array({ minLength: 1, maxLength: 8 }), (at, bytes) => {
        const changed = Buffer.from(file);
        changed.set(bytes, at % (file.length - bytes.length));
        expect(verdictOn(changed).ok).toBe(changed.equals(file));
      }),
    ));

  it.each<[string, (text: string) => string | Buffer]>([
    ['a trailing newline', (text) => `${text}\n`],
    ['a leading space', (text) => ` ${text}`],
    ['a byte order mark', (text) => `\ufeff${text}`],
    ['indentation', (text) => JSON.stringify(JSON.parse(text), null, 2)],
    ['members in another order', (text) => JSON.stringify({ signature: '', ...JSON.parse(text) })],
    ['a member repeated', (text) => text.replace('"rounds":1', '"rounds":1,"rounds":1')],
    ['a member repeated, the false one first', (text) => text.replace('"rounds":1', '"rounds":9,"rounds":1')],
    ['an unknown member', (text) => text.replace('"rounds":1', '"rounds":1,"score":1')],
    ['a __proto__ member', (text) => text.replace('"rounds":1', '"__proto__":{},"rounds":1')],
    ['a number written otherwise', (text) => text.replace('"rounds":1', '"rounds":1.0')],
    ['a letter written as an escape', (text) => text.replace('tenant-a', '\\u0074enant-a')],
    ['base64 without its padding', (text) => text.replace(/=*"\}$/, '"}')],
    ['base64 with more padding', (text) => text.replace(/"\}$/, '="}')],
    ['base64 with a line break', (text) => text.replace(/"\}$/, '\\n"}')],
    ['an empty signature', (text) => text.replace(/"signature":"[^"]+"/, '"signature":""')],
    ['invalid UTF-8', (text) => Buffer.concat([Buffer.from(text), Buffer.from([0xff])])],
    ['nothing in it', () => ''],
    ['a list nested very deep', () => '['.repeat(500_000) + ']'.repeat(500_000)],
    [
      'an unknown member nested very deep',
      (text) => text.replace('"rounds":1', `"rounds":${'['.repeat(200_000)}${']'.repeat(200_000)}`),
    ],
    ['more than a mebibyte', () => 'x'.repeat(1024 * 1024 + 1)],
  ])('is refused: %s', (_name, change) => {
    const changed = change(file.toString());
    expect(changed).not.toBe(file.toString());
    expect(verdictOn(changed).ok).toBe(false);
  });
});

test('base64 whose last character has unused bits set is refused', () => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  const changed = file
    .toString()
    .replace(/(.)(=+"\})$/, (_all, last: string, end: string) => `${alphabet[alphabet.indexOf(last) + 1]}${end}`);
  expect(verdictOn(changed)).toEqual({ ok: false, reason: 'the signature is not canonical base64' });
});

describe('the key', () => {
  const ec = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve }).publicKey;

  it.each([
    ['another P-256 key', testKey().pem, 'the certificate names another public key'],
    ['a P-384 key', ec('P-384').export({ format: 'pem', type: 'spki' }), 'the public key is not on the curve P-256'],
    [
      'a secp256k1 key',
      ec('secp256k1').export({ format: 'pem', type: 'spki' }),
      'the public key is not on the curve P-256',
    ],
    [
      'an Ed25519 key',
      generateKeyPairSync('ed25519').publicKey.export({ format: 'pem', type: 'spki' }),
      'the public key is not on the curve P-256',
    ],
    ['no key', 'hello', 'the public key is not a PEM file'],
  ])('is refused: %s', (_name, pem, reason) => {
    expect(verdictOn(file, pem.toString())).toEqual({ ok: false, reason });
  });

  it('must be the one that signed, not only the one that the certificate names', async () => {
    const forged = await signAnything(sample, { ...testKey(), sha256: key.sha256 });
    expect(verdictOn(forged)).toEqual({
      ok: false,
      reason: 'the signature does not belong to this certificate and key',
    });
  });
});

describe('a certificate that contradicts itself is refused although its signature is right, and is not signed:', () => {
  const [files, records] = sample.stores as [Certificate['stores'][0], Certificate['stores'][0]];
  const withFiles = (change: Partial<typeof files>) => ({ stores: [{ ...files, ...change }, records] });
  const one = { versions: 1, deleteMarkers: 0, uploads: 0, items: 0 };
  const less = { ...files.erased, versions: 11 };
  const keptRecords: Certificate['retained'][0] = {
    storeId: 'crm-records',
    into: 'vault',
    counts: { ...one, versions: 0, items: 1 },
    since: '2026-01-08T10:05:00.000Z',
    freeOn: '2027-01-09',
    until: '2027-01-09',
    law: [{ ruleId: 'a-floor', citation: 'An Act, s.1', effect: 'Kept through 2027-01-08.' }],
    keptFields: [],
  };
  const aHold = { holdId: 'hold-1', matter: 'O.S. 17 of 2026', reviewAt: '2026-06-30' };

  it.each<[string, Partial<Certificate>, string]>([
    [
      'fewer erased than found',
      withFiles({ erased: less }),
      'customer-files: versions found are not those erased, sealed, held and left',
    ],
    ['more erased than found', withFiles({ found: less }), 'customer-files: versions found are not'],
    ['something left', withFiles({ erased: less, left: one }), 'customer-files: versions are left'],
    [
      'something held in a completed erasure',
      withFiles({ erased: less, held: one, outcome: 'held' }),
      'the counts say held, the outcome completed',
    ],
    ['nothing held in a held erasure', { outcome: 'held' }, 'the counts say completed, the outcome held'],
    [
      'a store that is called erased but holds',
      { outcome: 'held', ...withFiles({ erased: less, held: one }) },
      'customer-files: the counts say held',
    ],
    [
      'a store that is called empty but was not',
      withFiles({ outcome: 'none-found' }),
      'customer-files: the counts say erased',
    ],
    [
      'table items in a bucket',
      withFiles({ found: { ...files.found, items: 1 }, erased: { ...files.erased, items: 1 } }),
      'a s3 store has no items',
    ],
    [
      'something sealed that no law is named for',
      { outcome: 'deferred', ...withFiles({ erased: less, sealed: one, outcome: 'sealed' }), retained: [keptRecords] },
      'customer-files: sealed, and no law is named',
    ],
    ['something kept in a completed erasure', { retained: [keptRecords] }, 'the counts say deferred'],
    ['a hold in a completed erasure', { holds: [aHold] }, 'the counts say held'],
    [
      'something sealed before the request',
      { outcome: 'deferred', retained: [{ ...keptRecords, since: '2026-01-05T09:59:59.999Z' }] },
      'sealed outside the time of the request',
    ],
    ['backups that lapse before the erasure', { backupsLapseOn: '2026-01-07' }, 'the backups lapse before the erasure'],
    ['a second certificate that supersedes none', { number: 2 }, 'the first certificate supersedes none'],
    ['a store twice', { stores: [files, files] }, 'a store is listed twice'],
    [
      'a tenant scope with a subject',
      { subject: { algorithm: 'HMAC_SHA_256', keyId: 'k', value: 'v' } },
      'scope tenant and subject',
    ],
    ['a subject scope without a subject', { scope: 'subject' }, 'scope subject and subject'],
    ['a tenant erased without a confirmation', { confirmedAt: null }, 'without a confirmation'],
    ['no time of the first deletion', { firstDeletionAt: null }, 'no time of the first deletion'],
    ['a confirmation before the request', { confirmedAt: '2026-01-05T09:59:59.999Z' }, 'the times are out of order'],
    [
      'a verification before the first deletion',
      { verifiedAt: '2026-01-08T10:04:59.000Z' },
      'the times are out of order',
    ],
    ['certified before verified', { certifiedAt: '2026-01-08T10:06:30.249Z' }, 'the times are out of order'],
    [
      'a store verified after the verification',
      withFiles({ verifiedAt: '2026-01-08T10:06:30.251Z' }),
      'a store was verified outside',
    ],
  ])('%s', async (_name, change, reason) => {
    const certificate = { ...sample, ...change };
    expect(verdictOn(await signAnything(certificate))).toEqual({ ok: false, reason: expect.stringContaining(reason) });
    await expect(signCertificate(certificate, key)).rejects.toThrow(reason);
  });

  it('a held erasure, one with nothing found and one of a subject do not', async () => {
    const none = { ...one, versions: 0 };
    const empty = { ...records, outcome: 'none-found', found: none, erased: none } as const;
    const fine: Certificate[] = [
      { ...sample, outcome: 'held', ...withFiles({ erased: less, held: one, outcome: 'held' }) },
      { ...sample, firstDeletionAt: null, stores: [empty] },
      {
        ...sample,
        scope: 'subject',
        subject: { algorithm: 'HMAC_SHA_256', keyId: 'k', value: 'v' },
        confirmedAt: null,
      },
    ];
    for (const certificate of fine)
      expect(verdictOn(await signCertificate(certificate, key))).toMatchObject({ ok: true, certificate });
  });

  it('a malformed one is not signed either', async () => {
    await expect(signCertificate({ ...sample, rounds: 0 }, key)).rejects.toThrow();
    expect(verdictOn(await signAnything({ ...sample, rounds: 0 })).ok).toBe(false);
  });
});
