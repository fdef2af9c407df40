import { createECDH, generateKeyPairSync, randomBytes } from 'node:crypto';
import type { AnyCertificate, Certificate } from '../../../lambda/certificate/certificate';
import { type DigestSigner, signCertificate } from '../../../lambda/certificate/sign';
import { canonicalJson, sha256Hex } from '../../../lambda/shared/canonical';

const N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

export interface TestKey extends DigestSigner {
  readonly pem: string;
  readonly spkiDer: Uint8Array;
  readonly sha256: string;
}

/** A P-256 key pair that, like KMS, signs a digest: node:crypto itself only signs messages. */
export function testKey(): TestKey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const d = toBigInt(Buffer.from(privateKey.export({ format: 'jwk' }).d ?? '', 'base64url'));
  const spkiDer = publicKey.export({ format: 'der', type: 'spki' });
  return {
    pem: publicKey.export({ format: 'pem', type: 'spki' }).toString(),
    spkiDer,
    sha256: sha256Hex(spkiDer),
    sign: async (digest) => ecdsa(digest, d),
  };
}

/** ECDSA as in FIPS 186-5, 6.4.1, with k·G computed by node:crypto; DER-encoded. For tests only. */
function ecdsa(digest: Uint8Array, d: bigint): Uint8Array {
  const k = (toBigInt(randomBytes(40)) % (N - 1n)) + 1n;
  const curve = createECDH('prime256v1');
  curve.setPrivateKey(Buffer.from(k.toString(16).padStart(64, '0'), 'hex'));
  const r = toBigInt(curve.getPublicKey().subarray(1, 33)) % N;
  const s = (power(k, N - 2n) * (toBigInt(digest) + r * d)) % N;
  const content = Buffer.concat([derInteger(r), derInteger(s)]);
  return Buffer.concat([Buffer.from([0x30, content.length]), content]);
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let b = base % N, e = exponent; e > 0n; e >>= 1n, b = (b * b) % N) if (e & 1n) result = (result * b) % N;
  return result;
}

function derInteger(value: bigint): Buffer {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  const positive = (bytes[0] ?? 0) < 0x80 ? bytes : Buffer.concat([Buffer.from([0]), bytes]);
  return Buffer.concat([Buffer.from([0x02, positive.length]), positive]);
}

function toBigInt(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
}

const none = { versions: 0, deleteMarkers: 0, uploads: 0, items: 0 };

/** A certificate of a tenant erasure over two stores; consistent until a test changes it. */
export function sampleCertificate(publicKeySha256: string): Certificate {
  const law = ['Digital Personal Data Protection Act 2023, section 8(7)'];
  const files = { ...none, versions: 12, deleteMarkers: 3, uploads: 1 };
  const records = { ...none, items: 40 };
  return {
    type: 'digicrm.erasure-certificate',
    version: 3,
    number: 1,
    supersedes: null,
    outcome: 'completed',
    requestId: 'er-01jgz3',
    requestHash: sha256Hex('request'),
    planHash: sha256Hex('plan'),
    inventoryHash: sha256Hex('inventory'),
    scope: 'tenant',
    tenantId: 'tenant-a',
    subject: null,
    requestedAt: '2026-01-05T10:00:00.000Z',
    terminatedAt: null,
    confirmedAt: '2026-01-05T10:05:00.000Z',
    firstDeletionAt: '2026-01-08T10:05:00.000Z',
    verifiedAt: '2026-01-08T10:06:30.250Z',
    certifiedAt: '2026-01-08T10:06:31.000Z',
    rounds: 1,
    stores: [
      {
        storeId: 'customer-files',
        kind: 's3',
        region: 'ap-south-1',
        dataRole: 'tenant',
        outcome: 'erased',
        found: files,
        erased: files,
        sealed: none,
        held: none,
        left: none,
        verifiedAt: '2026-01-08T10:06:30.250Z',
        law,
      },
      {
        storeId: 'crm-records',
        kind: 'dynamodb',
        region: 'ap-south-1',
        dataRole: 'tenant',
        outcome: 'erased',
        found: records,
        erased: records,
        sealed: none,
        held: none,
        left: none,
        verifiedAt: '2026-01-08T10:06:29.000Z',
        law,
      },
    ],
    retained: [],
    anonymised: [],
    holds: [],
    processors: [
      {
        processorId: 'sms-gateway',
        route: 'api',
        state: 'acknowledged',
        toldAt: '2026-01-08T10:05:01.000Z',
        answeredAt: '2026-01-08T10:05:02.000Z',
        deadline: '2026-02-07T10:05:00.000Z',
        evidenceSha256: null,
      },
      {
        processorId: 'silent-mailer',
        route: 'api',
        state: 'told',
        toldAt: '2026-01-08T10:05:01.000Z',
        answeredAt: null,
        deadline: '2026-02-07T10:05:00.000Z',
        evidenceSha256: null,
      },
    ],
    backupsLapseOn: '2026-02-13',
    signedBy: {
      algorithm: 'ECDSA_SHA_256',
      curve: 'P-256',
      keyId: 'arn:aws:kms:ap-south-1:111122223333:key/0a1b2c3d-0000-4000-8000-000000000000',
      publicKeySha256,
    },
  };
}

/** The same as it was issued before processors were told by the control plane. */
export function sampleCertificateV2(publicKeySha256: string): Extract<AnyCertificate, { version: 2 }> {
  const certificate = sampleCertificate(publicKeySha256);
  const processors = certificate.processors.map(({ processorId }) => ({ processorId }));
  return { ...certificate, version: 2, processors };
}

/** Signs whatever it is given, as someone with the key but without `signCertificate` could. */
export async function signAnything(certificate: unknown, signer: DigestSigner): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', Buffer.from(canonicalJson(certificate)));
  const signature = Buffer.from(await signer.sign(new Uint8Array(digest))).toString('base64');
  return canonicalJson({ certificate, signature });
}

/** A certificate file whose base64 ends in padding: a signature of 72 bytes, one in four, has none. */
export async function signedWithPadding(certificate: Certificate, key: DigestSigner): Promise<string> {
  for (;;) {
    const file = await signCertificate(certificate, key);
    if (file.endsWith('="}')) return file;
  }
}
