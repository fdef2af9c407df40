import { createHash, createPublicKey, verify, webcrypto } from 'node:crypto';
import fc from 'fast-check';
import { httpbis } from 'http-message-signatures';
import { signatureFault } from '../../../bin/local/signature-check';
import { rawSignature } from '../../../lambda/transfer/adapters/ecdsa-signature';
import { contentDigest, requestSigner } from '../../../lambda/transfer/adapters/request-signer';
import { testKey } from '../certificate/samples';

const key = testKey();
const KEY_ID = 'arn:aws:kms:ap-south-1:111122223333:key/0a1b2c3d-0000-4000-8000-000000000000';
const at = new Date('2026-12-01T06:30:00.000Z');
const sign = requestSigner(key, KEY_ID, { now: () => at });
const url = 'https://sms.processors.test/v1/messages';
const body = Buffer.from('{"templateId":"welcome","name":"अनन्या"}');
const headers = { 'content-type': 'application/json', 'idempotency-key': 'tr-1' };

const received = async () => ({
  method: 'POST',
  uri: url,
  headers: lowerCase(await sign({ method: 'POST', url, headers, body })),
  body,
});

function lowerCase(sent: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(sent).map(([name, value]) => [name.toLowerCase(), value]));
}

describe('the signature of a request', () => {
  it('is valid by the recipe that processors are given', async () => {
    expect(signatureFault(await received(), key.pem)).toBeUndefined();
  });

  it('names what it covers, when it was made, the key without its account, and the algorithm', async () => {
    const { headers: sent } = await received();
    expect(sent['signature-input']).toBe(
      'sig=("@method" "@target-uri" "content-digest" "content-type" "idempotency-key")' +
        ';created=1796106600;keyid="0a1b2c3d-0000-4000-8000-000000000000";alg="ecdsa-p256-sha256"',
    );
  });

  it('covers method and address of a request without a body', async () => {
    const sent = lowerCase(await sign({ method: 'GET', url, headers: {} }));
    const request = { method: 'GET', uri: url, headers: sent, body: Buffer.alloc(0) };
    expect(signatureFault(request, key.pem)).toBeUndefined();
    expect(signatureFault({ ...request, uri: `${url}/other` }, key.pem)).toBe('the signature does not match');
  });

  it.each([
    ['the body', { body: Buffer.from('{}') }],
    ['the address', { uri: 'https://sms.processors.test/v1/other' }],
    ['the host', { uri: 'https://email.processors.test/v1/messages' }],
    ['the method', { method: 'PUT' }],
  ])('does not survive a change of %s', async (_what, change) => {
    expect(signatureFault({ ...(await received()), ...change }, key.pem)).toBeDefined();
  });

  it('does not survive another Idempotency-Key, nor another key', async () => {
    const request = await received();
    const other = { ...request, headers: { ...request.headers, 'idempotency-key': 'tr-2' } };
    expect(signatureFault(other, key.pem)).toBe('the signature does not match');
    expect(signatureFault(request, testKey().pem)).toBe('the signature does not match');
  });

  it('is valid by WebCrypto, which knows nothing but r and s', async () => {
    const { headers: sent } = await received();
    const base = [
      '"@method": POST',
      `"@target-uri": ${url}`,
      `"content-digest": ${sent['content-digest']}`,
      '"content-type": application/json',
      '"idempotency-key": tr-1',
      `"@signature-params": ${sent['signature-input']?.slice('sig='.length)}`,
    ].join('\n');
    const publicKey = await webcrypto.subtle.importKey(
      'spki',
      key.spkiDer,
      { name: 'ECDSA', namedCurve: 'P-256' },
      false,
      ['verify'],
    );
    const signature = Buffer.from(sent.signature?.slice('sig=:'.length, -1) ?? '', 'base64');
    expect(signature).toHaveLength(64);
    const algorithm = { name: 'ECDSA', hash: 'SHA-256' };
    expect(await webcrypto.subtle.verify(algorithm, publicKey, signature, Buffer.from(base))).toBe(true);
  });
});

/** RFC 9421, appendix B.2.4, with the key of B.1.3 and the response of B.2. */
describe('the example of the standard', () => {
  const publicKey = createPublicKey(`-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEqIVYZVLCrPZHGHjP17CTW0/+D9Lf
w0EkjqF7xB4FivAxzic30tMM4GF+hR6Dxh71Z50VGGdldkkDXZCnTNnoXQ==
-----END PUBLIC KEY-----`);
  const digest = 'sha-512=:mEWXIS7MaLRuGgxOBdODa3xqM1XdEvxoYhvlCFJ41QJgJc4GTsPp29l5oGX69wWdXymyU0rjJuahq4l5aGgfLQ==:';
  const response = {
    status: 200,
    headers: {
      'content-type': 'application/json',
      'content-digest': digest,
      'content-length': '23',
      'signature-input':
        'sig-b24=("@status" "content-type" "content-digest" "content-length");created=1618884473;keyid="test-key-ecc-p256"',
      signature: 'sig-b24=:wNmSUAhwb5LxtOtOpNa6W5xj067m5hFrj0XQ4fvpaCLx0NKocgPquLgyahnzDnDAUy5eCdlYUEkLIj+32oiasw==:',
    },
  };

  it('is valid with the base that the library makes and r and s as they are made here', async () => {
    const verified = await httpbis.verifyMessage(
      {
        keyLookup: async () => ({
          verify: async (base, signature) =>
            verify('sha256', base, { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature),
        }),
      },
      response,
    );
    expect(verified).toBe(true);
  });
});

/** RFC 9530, appendix B.1: the digest of `{"hello": "world"}` and a line feed. */
test('Content-Digest is that of the standard', () => {
  expect(contentDigest(Buffer.from('{"hello": "world"}\n'))).toBe(
    'sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:',
  );
});

describe('r and s', () => {
  it('come out of DER as openssl verifies them, whatever their length', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 40 }), async (message) => {
        const der = await key.sign(createHash('sha256').update(message).digest());
        const raw = rawSignature(der);
        expect(raw).toHaveLength(64);
        expect(verify('sha256', message, { key: key.pem, dsaEncoding: 'ieee-p1363' }, raw)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it('are filled up where DER leaves zeros out, and lose the zero that DER puts in', () => {
    const der = Buffer.from([0x30, 0x08, 0x02, 0x02, 0x00, 0xff, 0x02, 0x02, 0x12, 0x34]);
    const raw = Buffer.from(rawSignature(der));
    expect(raw.toString('hex')).toBe('ff'.padStart(64, '0') + '1234'.padStart(64, '0'));
  });

  it.each([
    ['nothing', []],
    ['a sequence that is longer than it says', [0x30, 0x03, 0x02, 0x01, 0x01, 0x02, 0x01, 0x01]],
    ['one number', [0x30, 0x03, 0x02, 0x01, 0x01]],
    ['three numbers', [0x30, 0x09, 0x02, 0x01, 0x01, 0x02, 0x01, 0x01, 0x02, 0x01, 0x01]],
    ['a number of 33 bytes', [0x30, 0x26, 0x02, 0x21, ...new Array(33).fill(1), 0x02, 0x01, 0x01]],
  ])('are not taken from %s', (_what, bytes) => {
    expect(() => rawSignature(Uint8Array.from(bytes))).toThrow();
  });
});
