import { createHash, createPublicKey, verify } from 'node:crypto';
import * as z from 'zod';
import { inflateWhole } from './inflate';
import type { StoredObject } from './ports';

const hash = z.string().regex(/^[0-9a-f]{64}$/i);
const instant = z.iso.datetime();
const SHA_256 = z.literal('SHA-256');

/** A digest as CloudTrail writes it, every hour for every Region. Fields that do not matter here are not looked at. */
const digestSchema = z.object({
  digestStartTime: instant,
  digestEndTime: instant,
  digestS3Bucket: z.string(),
  digestS3Object: z.string(),
  digestPublicKeyFingerprint: z.string(),
  digestSignatureAlgorithm: z.literal('SHA256withRSA'),
  /** All null in the first digest after logging was started. */
  previousDigestS3Bucket: z.string().nullable(),
  previousDigestS3Object: z.string().nullable(),
  previousDigestHashValue: hash.nullable(),
  previousDigestSignature: z.string().nullable(),
  logFiles: z.array(z.object({ s3Bucket: z.string(), s3Object: z.string(), hashValue: hash, hashAlgorithm: SHA_256 })),
});

/** What a digest says. */
export type DigestContent = z.infer<typeof digestSchema>;

/** A digest and what is known about it from outside. */
export interface Digest {
  readonly key: string;
  readonly content: DigestContent;
  /** SHA-256 of the document, in hex. */
  readonly hash: string;
  /** RSA signature in hex, from the object's metadata. @default - it has none */
  readonly signature?: string;
}

/** The digest that the object holds; undefined when it holds none. */
export async function readDigest(key: string, { metadata, body }: StoredObject): Promise<Digest | undefined> {
  const bytes = await inflateWhole(body);
  if (bytes === undefined) return undefined;
  const parsed = digestSchema.safeParse(parseJson(bytes));
  if (!parsed.success) return undefined;
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { key, content: parsed.data, hash: sha256, signature: metadata.signature };
}

/** Whether the signature is by that key, over the string that CloudTrail's documentation describes. */
export function isSignedBy(digest: Digest, publicKey: Uint8Array): boolean {
  if (digest.signature === undefined) return false;
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey), format: 'der', type: 'pkcs1' });
    return verify('RSA-SHA256', Buffer.from(signedString(digest)), key, Buffer.from(digest.signature, 'hex'));
  } catch {
    // Not an RSA key: nothing can be signed by it.
    return false;
  }
}

/** End, place, hash, and the predecessor's signature, which the first of a chain writes as the word `null`. */
function signedString({ content, hash: sha256 }: Digest): string {
  const place = `${content.digestS3Bucket}/${content.digestS3Object}`;
  return [content.digestEndTime, place, sha256, content.previousDigestSignature ?? 'null'].join('\n');
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return undefined;
  }
}
