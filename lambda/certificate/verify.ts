import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { canonicalJson, sha256Hex } from '../shared/canonical';
import { type AnyCertificate, signedCertificateSchema } from './certificate';
import { contradiction } from './consistency';

export type Verdict = { ok: true; certificate: AnyCertificate } | { ok: false; reason: string };

/** Far above any certificate; keeps a hostile file from costing memory. */
const MAX_BYTES = 1024 * 1024;

/**
 * Checks a certificate file with nothing but the public key: no network, no AWS.
 * Accepts the one byte sequence that was signed and no other: whitespace, a trailing newline, a byte
 * order mark, repeated members, other escapes or another form of base64 are refused, as is a certificate
 * that contradicts itself. Never throws; the reason is for people.
 */
export function verifyCertificate(bytes: Uint8Array, publicKeyPem: string): Verdict {
  try {
    return check(bytes, publicKeyPem);
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, reason: error.message };
    return { ok: false, reason: 'the file or the key could not be read' };
  }
}

class Refusal extends Error {}

function check(bytes: Uint8Array, publicKeyPem: string): Verdict {
  const key = readKey(publicKeyPem);
  const { certificate, signature } = readFile(bytes);
  if (sha256Hex(key.export({ format: 'der', type: 'spki' })) !== certificate.signedBy.publicKeySha256)
    throw new Refusal('the certificate names another public key');
  const der = Buffer.from(signature, 'base64');
  if (der.toString('base64') !== signature) throw new Refusal('the signature is not canonical base64');
  if (!verify('sha256', Buffer.from(canonicalJson(certificate)), { key, dsaEncoding: 'der' }, der))
    throw new Refusal('the signature does not belong to this certificate and key');
  const reason = contradiction(certificate);
  if (reason !== undefined) throw new Refusal(`the certificate contradicts itself: ${reason}`);
  return { ok: true, certificate };
}

function readKey(pem: string): KeyObject {
  let key: KeyObject;
  try {
    key = createPublicKey(pem);
  } catch {
    throw new Refusal('the public key is not a PEM file');
  }
  if (key.asymmetricKeyType !== 'ec' || key.asymmetricKeyDetails?.namedCurve !== 'prime256v1')
    throw new Refusal('the public key is not on the curve P-256');
  return key;
}

function readFile(bytes: Uint8Array) {
  if (bytes.length > MAX_BYTES) throw new Refusal('the file is too large for a certificate');
  // The schema comes before the canonical form: it does not descend into what it does not know.
  const parsed = signedCertificateSchema.safeParse(parseJson(bytes));
  if (!parsed.success) throw new Refusal('the file is not a signed certificate of this version');
  if (!Buffer.from(canonicalJson(parsed.data)).equals(bytes))
    throw new Refusal('the file is not byte for byte the canonical form of its content');
  return parsed.data;
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    throw new Refusal('the file is not JSON in UTF-8');
  }
}
