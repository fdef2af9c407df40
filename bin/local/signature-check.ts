import { createHash, verify } from 'node:crypto';

/** A request as a processor received it. */
export interface ReceivedRequest {
  readonly method: string;
  /** The whole address, `https://host/path`. */
  readonly uri: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
}

/** What has to be signed, whatever else is. */
const COVERED = ['@method', '@target-uri'];
const COVERED_WITH_BODY = [...COVERED, 'content-digest', 'content-type', 'idempotency-key'];

/**
 * Checks the signature of a request as docs/relay.md tells a processor to: HTTP Message Signatures (RFC 9421) with
 * ecdsa-p256-sha256, and Content-Digest (RFC 9530). Written without the library that signs, so that both have to
 * agree with the standard.
 *
 * @param publicKey SubjectPublicKeyInfo as PEM
 * @returns undefined when it is valid, else what is wrong
 */
export function signatureFault(request: ReceivedRequest, publicKey: string): string | undefined {
  const { headers, body, method } = request;
  const input = /^([a-z*][a-z0-9_.*-]*)=(\(([^()]*)\)(;.*)?)$/.exec(headers['signature-input'] ?? '');
  if (input === null) return 'no Signature-Input with one signature';
  const [, label, params, list] = input;
  const signature = /^([a-z*][a-z0-9_.*-]*)=:([A-Za-z0-9+/=]+):$/.exec(headers.signature ?? '');
  if (signature === null || signature[1] !== label) return 'no Signature for this Signature-Input';
  if (!/;alg="ecdsa-p256-sha256"(;|$)/.test(params ?? '')) return 'another algorithm';
  const covered = (list ?? '').split(' ').map((item) => item.replaceAll('"', ''));
  const needed = method === 'GET' ? COVERED : COVERED_WITH_BODY;
  const missing = needed.filter((name) => !covered.includes(name));
  if (missing.length > 0) return `not signed: ${missing.join(', ')}`;
  if (method !== 'GET') {
    const digest = `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;
    if (headers['content-digest'] !== digest) return 'Content-Digest is not that of the body';
  }
  const lines: string[] = [];
  for (const name of covered) {
    const value = name === '@method' ? method : name === '@target-uri' ? request.uri : headers[name];
    if (value === undefined) return `signed but not sent: ${name}`;
    lines.push(`"${name}": ${value}`);
  }
  lines.push(`"@signature-params": ${params}`);
  // r and s one after the other, not DER: RFC 9421, section 3.3.4.
  const key = { key: publicKey, dsaEncoding: 'ieee-p1363' } as const;
  const valid = verify('sha256', Buffer.from(lines.join('\n')), key, Buffer.from(signature[2] ?? '', 'base64'));
  return valid ? undefined : 'the signature does not match';
}
