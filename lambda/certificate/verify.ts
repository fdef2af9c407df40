import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import type { Checkpoint } from '../ledger/note-text';
import { LedgerRefusal, type LogKey, openProof, readProof } from '../ledger/verify';
import { sha256Hex } from '../shared/canonical';
import type { AnyCertificate } from './certificate';
import { contradiction } from './consistency';
import { CertificateRefusal, certifyingEvent, readSignedFile, type SignedFile } from './signed-file';

/** What is known of a certificate's place in the ledger. */
export type Inclusion =
  /** The file has no proof: the ledger did not have it yet when the file was read. */
  | { readonly state: 'no-proof' }
  /** The file has a proof, and no key of the ledger was given to check it with. */
  | { readonly state: 'not-checked' }
  | { readonly state: 'included'; readonly index: number; readonly at: string; readonly checkpoint: Checkpoint };

export type Verdict = { ok: true; certificate: AnyCertificate; inclusion: Inclusion } | { ok: false; reason: string };

/** How the ledger's part is checked. */
export interface LedgerTrust {
  readonly keys: readonly LogKey[];
  /** First line of its checkpoints. @default - whichever ledger the keys sign for */
  readonly origin?: string;
}

/**
 * Checks a certificate file with nothing but public keys: no network, no AWS.
 * Accepts the one byte sequence that was signed and no other: whitespace, a trailing newline, a byte
 * order mark, repeated members, other escapes or another form of base64 are refused, as is a certificate
 * that contradicts itself or whose proof does not hold. Never throws; the reason is for people.
 *
 * @param trust keys of the ledger; without them the verdict says that inclusion was not checked
 */
export function verifyCertificate(bytes: Uint8Array, publicKeyPem: string, trust?: LedgerTrust): Verdict {
  try {
    return check(bytes, publicKeyPem, trust);
  } catch (error) {
    if (error instanceof CertificateRefusal || error instanceof LedgerRefusal)
      return { ok: false, reason: error.message };
    return { ok: false, reason: 'the file or the key could not be read' };
  }
}

function check(bytes: Uint8Array, publicKeyPem: string, trust: LedgerTrust | undefined): Verdict {
  const key = readKey(publicKeyPem);
  const file = readSignedFile(bytes);
  const { certificate, signed, signature } = file;
  if (sha256Hex(key.export({ format: 'der', type: 'spki' })) !== certificate.signedBy.publicKeySha256)
    throw new CertificateRefusal('the certificate names another public key');
  if (!verify('sha256', Buffer.from(signed), { key, dsaEncoding: 'der' }, signature))
    throw new CertificateRefusal('the signature does not belong to this certificate and key');
  const reason = contradiction(certificate);
  if (reason !== undefined) throw new CertificateRefusal(`the certificate contradicts itself: ${reason}`);
  return { ok: true, certificate, inclusion: inclusionOf(file, trust) };
}

function inclusionOf(file: SignedFile, trust: LedgerTrust | undefined): Inclusion {
  if (file.ledger === undefined) return { state: 'no-proof' };
  const { entry, proof } = file.ledger;
  const { at } = certifyingEvent(entry, file, sha256Hex(file.bare));
  const bytes = Buffer.from(entry);
  if (trust === undefined) {
    // Whatever can be refused without a key is.
    readProof(bytes, proof);
    return { state: 'not-checked' };
  }
  return { state: 'included', at, ...openProof(bytes, proof, trust.keys, trust.origin) };
}

function readKey(pem: string): KeyObject {
  let key: KeyObject;
  try {
    key = createPublicKey(pem);
  } catch {
    throw new CertificateRefusal('the public key is not a PEM file');
  }
  if (key.asymmetricKeyType !== 'ec' || key.asymmetricKeyDetails?.namedCurve !== 'prime256v1')
    throw new CertificateRefusal('the public key is not on the curve P-256');
  return key;
}
