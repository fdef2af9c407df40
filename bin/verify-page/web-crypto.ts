import { consistencySides, inclusionSides, isPowerOfTwo } from '../../lambda/ledger/sides';

/** The cryptography of lambda/ledger and node:crypto, by WebCrypto: what a browser has, and Node too. */

/** What cannot be read or does not hold, in words for people. */
export class PageRefusal extends Error {
  override readonly name = 'PageRefusal';
}

/** A P-256 public key. */
export interface WebKey {
  readonly key: CryptoKey;
  /** SubjectPublicKeyInfo in DER. */
  readonly spki: Uint8Array;
}

/** How the DER form of every P-256 public key begins: algorithm, curve, and a point of 64 bytes, not compressed. */
const P256_SPKI = '3059301306072a8648ce3d020106082a8648ce3d03010703420004';
const SPKI_BYTES = 91;

export async function sha256(...parts: readonly Uint8Array[]): Promise<Uint8Array> {
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
}

export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/** @param what whose key it is, for the reason. @throws PageRefusal */
export async function webKey(pem: string, what: string): Promise<WebKey> {
  const base64 = pem.replace(/-----(BEGIN|END) PUBLIC KEY-----/g, '').replace(/\s/g, '');
  let binary: string;
  try {
    binary = atob(base64);
  } catch {
    throw new PageRefusal(`${what} is not a PEM file`);
  }
  const spki = Uint8Array.from(binary, (char) => char.charCodeAt(0));
  if (spki.length !== SPKI_BYTES || !hex(spki).startsWith(P256_SPKI))
    throw new PageRefusal(`${what} is not on the curve P-256`);
  try {
    const key = await crypto.subtle.importKey('spki', spki, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['verify']);
    return { key, spki };
  } catch {
    throw new PageRefusal(`${what} is not on the curve P-256`);
  }
}

/** Whether a DER-encoded ECDSA signature over the SHA-256 of the bytes holds. */
export async function verifies({ key }: WebKey, signature: Uint8Array, signed: Uint8Array): Promise<boolean> {
  const raw = rawSignature(signature);
  if (raw === undefined) return false;
  return crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, key, raw, new Uint8Array(signed));
}

/** r and s, 32 bytes each, as WebCrypto wants them; undefined for anything but the one DER form of two such numbers. */
export function rawSignature(der: Uint8Array): Uint8Array<ArrayBuffer> | undefined {
  if (der[0] !== 0x30 || der[1] !== der.length - 2 || der.length > 72) return undefined;
  const raw = new Uint8Array(64);
  let at = 2;
  for (const end of [32, 64]) {
    const length = der[at + 1];
    if (der[at] !== 0x02 || length === undefined || length === 0) return undefined;
    const integer = der.slice(at + 2, at + 2 + length);
    const [first = 0, second = 0] = integer;
    const isNegative = first >= 0x80;
    const hasNeedlessZero = first === 0 && length > 1 && second < 0x80;
    const digits = first === 0 && length > 1 ? integer.slice(1) : integer;
    if (integer.length !== length || isNegative || hasNeedlessZero || digits.length > 32) return undefined;
    raw.set(digits, end - digits.length);
    at += 2 + length;
  }
  return at === der.length ? raw : undefined;
}

export function leafHash(entry: Uint8Array): Promise<Uint8Array> {
  return sha256(Uint8Array.of(0), entry);
}

function nodeHash(left: Uint8Array, right: Uint8Array): Promise<Uint8Array> {
  return sha256(Uint8Array.of(1), left, right);
}

/** As in lambda/ledger/merkle.ts, on which it is tested. */
export async function rootFromInclusion(
  leaf: Uint8Array,
  index: number,
  size: number,
  proof: readonly Uint8Array[],
): Promise<Uint8Array | undefined> {
  const sides = inclusionSides(index, size, proof.length);
  if (sides === undefined) return undefined;
  let root = leaf;
  for (const [i, hash] of proof.entries())
    root = sides[i] === 'left' ? await nodeHash(hash, root) : await nodeHash(root, hash);
  return root;
}

interface TreeHead {
  readonly size: number;
  readonly root: Uint8Array;
}

/** As in lambda/ledger/merkle.ts, on which it is tested. */
export async function isConsistent(first: TreeHead, second: TreeHead, proof: readonly Uint8Array[]): Promise<boolean> {
  if (first.size > second.size) return false;
  if (first.size === second.size) return proof.length === 0 && equal(first.root, second.root);
  if (first.size === 0) return proof.length === 0 && equal(first.root, await sha256());
  const [seed, ...rest] = isPowerOfTwo(first.size) ? [first.root, ...proof] : proof;
  const sides = consistencySides(first.size, second.size, rest.length);
  if (seed === undefined || sides === undefined) return false;
  let older = seed;
  let newer = seed;
  for (const [i, hash] of rest.entries()) {
    if (sides[i] === 'left') older = await nodeHash(hash, older);
    newer = sides[i] === 'left' ? await nodeHash(hash, newer) : await nodeHash(newer, hash);
  }
  return equal(older, first.root) && equal(newer, second.root);
}
