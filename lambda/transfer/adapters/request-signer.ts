import { createHash } from 'node:crypto';
import { httpbis } from 'http-message-signatures';
import type { DigestSigner } from '../../certificate/sign';
import type { Clock } from '../../shared/clock';
import { rawSignature } from './ecdsa-signature';

/** A request before it is signed. Names of headers in lower case. */
export interface Unsigned {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

/** Headers of a request together with those of its signature. @throws when nothing can be signed */
export type RequestSigner = (request: Unsigned) => Promise<Record<string, string>>;

/** What a signature covers; a request without a body has the first two. */
const COVERED = ['@method', '@target-uri'];
const COVERED_WITH_BODY = [...COVERED, 'content-digest', 'content-type', 'idempotency-key'];

/**
 * Signs requests as HTTP Message Signatures (RFC 9421) with ecdsa-p256-sha256, the body by its Content-Digest
 * (RFC 9530). docs/relay.md tells processors how to check it.
 *
 * @param keyId KMS key of spec ECC_NIST_P256; `keyid` is its id without account and Region
 * @param clock the world's time, whatever time decisions are made in: the processor compares `created` with its own
 */
export function requestSigner(signer: DigestSigner, keyId: string, clock: Clock): RequestSigner {
  const key = {
    id: keyId.slice(keyId.lastIndexOf('/') + 1),
    alg: 'ecdsa-p256-sha256',
    sign: async (base: Buffer) =>
      Buffer.from(rawSignature(await signer.sign(createHash('sha256').update(base).digest()))),
  };
  return async ({ method, url, headers, body }) => {
    const digest = body && { 'content-digest': contentDigest(body) };
    const signed = await httpbis.signMessage(
      {
        key,
        fields: body ? COVERED_WITH_BODY : COVERED,
        params: ['created', 'keyid', 'alg'],
        paramValues: { created: clock.now() },
      },
      { method, url, headers: { ...headers, ...digest } },
    );
    return signed.headers as Record<string, string>;
  };
}

/** Value of Content-Digest, with SHA-256. */
export function contentDigest(body: Uint8Array): string {
  return `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;
}
