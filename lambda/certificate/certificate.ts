import * as z from 'zod';

const instant = z.iso.datetime({ precision: 3 });
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const counts = z.strictObject({
  versions: z.int().min(0),
  deleteMarkers: z.int().min(0),
  uploads: z.int().min(0),
  items: z.int().min(0),
});

/** What a certificate says of one store. `found = erased + held + left`, kind by kind. */
export const certifiedStoreSchema = z.strictObject({
  storeId: z.string(),
  kind: z.enum(['s3', 'dynamodb']),
  region: z.string(),
  dataRole: z.string(),
  outcome: z.enum(['erased', 'held', 'none-found']),
  found: counts,
  erased: counts,
  held: counts,
  left: counts,
  verifiedAt: instant,
  law: z.array(z.string()).min(1),
});

/** The signed part. The bytes under the signature are its canonical JSON (RFC 8785). */
export const certificateSchema = z.strictObject({
  type: z.literal('digicrm.erasure-certificate'),
  version: z.literal(1),
  outcome: z.enum(['completed', 'held']),
  requestId: z.string(),
  requestHash: sha256,
  planHash: sha256,
  inventoryHash: sha256,
  scope: z.enum(['tenant', 'subject']),
  tenantId: z.string(),
  subject: z.strictObject({ algorithm: z.literal('HMAC_SHA_256'), keyId: z.string(), value: z.string() }).nullable(),
  requestedAt: instant,
  confirmedAt: instant.nullable(),
  firstDeletionAt: instant.nullable(),
  verifiedAt: instant,
  certifiedAt: instant,
  rounds: z.int().min(1),
  stores: z.array(certifiedStoreSchema).min(1),
  signedBy: z.strictObject({
    algorithm: z.literal('ECDSA_SHA_256'),
    curve: z.literal('P-256'),
    keyId: z.string(),
    /** SHA-256 of the public key in DER (SubjectPublicKeyInfo). */
    publicKeySha256: sha256,
  }),
});
export type Certificate = z.infer<typeof certificateSchema>;

/** The file: canonical JSON without a trailing newline, so that one changed byte is always seen. */
export const signedCertificateSchema = z.strictObject({
  certificate: certificateSchema,
  /** DER-encoded ECDSA signature in base64. */
  signature: z.string(),
});
export type SignedCertificate = z.infer<typeof signedCertificateSchema>;
