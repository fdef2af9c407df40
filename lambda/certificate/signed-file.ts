import { eventIn, type LedgerEvent } from '../ledger/event';
import { fromBase64, MalformedNoteError } from '../ledger/note-text';
import { canonicalJson } from '../shared/canonical-json';
import { type AnyCertificate, type SignedCertificate, signedCertificateSchema } from './certificate';

/** Why a certificate is not accepted, in words for people. */
export class CertificateRefusal extends Error {
  override readonly name = 'CertificateRefusal';
}

/** A certificate file that has the right form; nothing of it is checked with a key yet. */
export interface SignedFile {
  readonly certificate: AnyCertificate;
  /** What the signature is over. */
  readonly signed: string;
  /** The signature in DER. */
  readonly signature: Uint8Array;
  /** The file without its ledger member: what the ledger and the next certificate have the hash of. */
  readonly bare: string;
  readonly ledger: SignedCertificate['ledger'];
}

/** Far above any certificate; keeps a hostile file from costing memory. */
const MAX_BYTES = 1024 * 1024;

/**
 * Reads a file. Accepts the one byte sequence that is the canonical form of its content, and no other. Nothing here
 * needs Node: the page that checks certificates in a browser reads them with the same code. @throws CertificateRefusal
 */
export function readSignedFile(bytes: Uint8Array): SignedFile {
  if (bytes.length > MAX_BYTES) throw new CertificateRefusal('the file is too large for a certificate');
  const text = decode(bytes);
  // The schema comes before the canonical form: it does not descend into what it does not know.
  const parsed = signedCertificateSchema.safeParse(parseJson(text));
  if (!parsed.success) throw new CertificateRefusal('the file is not a signed certificate of this version');
  const { certificate, signature, ledger } = parsed.data;
  if (canonicalJson(parsed.data) !== text)
    throw new CertificateRefusal('the file is not byte for byte the canonical form of its content');
  return {
    certificate,
    signed: canonicalJson(certificate),
    signature: derOf(signature),
    bare: canonicalJson({ certificate, signature }),
    ledger,
  };
}

/** The file as the API gives it once the ledger has the certificate. @param file without its ledger member */
export function withLedger(file: string, ledger: NonNullable<SignedCertificate['ledger']>): string {
  return canonicalJson({ ...signedCertificateSchema.parse(JSON.parse(file)), ledger });
}

/**
 * The event that says that this very file was issued. @throws CertificateRefusal
 * @param bareSha256 SHA-256 of the file's `bare` part, lower-case hex
 */
export function certifyingEvent(entry: string, file: SignedFile, bareSha256: string): LedgerEvent {
  const event = eventIn(new TextEncoder().encode(entry));
  if (event === undefined) throw new CertificateRefusal('the entry of the ledger is no event of a known version');
  const { requestId } = file.certificate;
  const isAboutIt = event.about === requestId || event.about.startsWith(`${requestId}/`);
  if (event.type !== 'erasure.certificate' || event.act !== 'written' || !isAboutIt)
    throw new CertificateRefusal('the entry of the ledger tells of something else');
  if (event.hashes.certificate !== bareSha256)
    throw new CertificateRefusal('the entry of the ledger tells of another certificate');
  return event;
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new CertificateRefusal('the file is not JSON in UTF-8');
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new CertificateRefusal('the file is not JSON in UTF-8');
  }
}

function derOf(signature: string): Uint8Array {
  try {
    return fromBase64(signature);
  } catch (error) {
    if (error instanceof MalformedNoteError) throw new CertificateRefusal('the signature is not canonical base64');
    throw error;
  }
}
