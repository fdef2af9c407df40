import { createHash } from 'node:crypto';
import { canonicalJson } from '../shared/canonical';
import { type Certificate, certificateSchema } from './certificate';
import { contradiction } from './consistency';

/** Signs a SHA-256 digest with ECDSA on P-256; the signature is DER-encoded. */
export interface DigestSigner {
  sign(digest: Uint8Array): Promise<Uint8Array>;
}

/**
 * The certificate file: canonical JSON of certificate and signature, without a trailing newline.
 * Throws when the certificate is malformed or contradicts itself, before anything is signed.
 */
export async function signCertificate(certificate: Certificate, signer: DigestSigner): Promise<string> {
  const checked = certificateSchema.parse(certificate);
  const reason = contradiction(checked);
  if (reason !== undefined) throw new Error(`certificate of request ${checked.requestId} not signed: ${reason}`);
  const digest = createHash('sha256').update(canonicalJson(checked)).digest();
  const signature = Buffer.from(await signer.sign(digest)).toString('base64');
  return canonicalJson({ certificate: checked, signature });
}
