import * as z from 'zod';

const instant = z.iso.datetime({ precision: 3 });
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const counts = z.strictObject({
  versions: z.int().min(0),
  deleteMarkers: z.int().min(0),
  uploads: z.int().min(0),
  items: z.int().min(0),
});

/** What a certificate says of one store. `found = erased + sealed + held + left`, kind by kind. */
export const certifiedStoreSchema = z.strictObject({
  storeId: z.string(),
  kind: z.enum(['s3', 'dynamodb']),
  region: z.string(),
  dataRole: z.string(),
  outcome: z.enum(['erased', 'sealed', 'held', 'none-found']),
  found: counts,
  erased: counts,
  /** Gone from here, and kept in the vault or the books: see `retained`. */
  sealed: counts,
  held: counts,
  left: counts,
  verifiedAt: instant,
  law: z.array(z.string()).min(1),
});

/** What a law keeps: out of use, in a place of its own, until a day. */
export const retainedSchema = z.strictObject({
  /** Store that it was taken from. */
  storeId: z.string(),
  into: z.enum(['vault', 'books']),
  /** What the verifier counted there. */
  counts,
  since: instant,
  /** First day in India on which no law keeps some of it; books end year by year. */
  freeOn: z.iso.date(),
  /** First day in India on which no law keeps any of it: then the last of it is erased. */
  until: z.iso.date(),
  law: z.array(z.strictObject({ ruleId: z.string(), citation: z.string(), effect: z.string() })).min(1),
  /** Fields that were kept where the rest of a document is gone, each with its law; empty where all is kept. */
  keptFields: z.array(z.strictObject({ field: z.string(), citation: z.string() })),
});

/** The signed part. The bytes under the signature are its canonical JSON (RFC 8785). */
export const certificateSchema = z.strictObject({
  type: z.literal('digicrm.erasure-certificate'),
  version: z.literal(2),
  /** A request has one certificate for each time that its state settled, numbered from 1. */
  number: z.int().min(1),
  /** SHA-256 of the file before this one; null for the first. */
  supersedes: sha256.nullable(),
  outcome: z.enum(['completed', 'deferred', 'held']),
  requestId: z.string(),
  requestHash: sha256,
  planHash: sha256,
  inventoryHash: sha256,
  scope: z.enum(['tenant', 'subject']),
  tenantId: z.string(),
  subject: z.strictObject({ algorithm: z.literal('HMAC_SHA_256'), keyId: z.string(), value: z.string() }).nullable(),
  requestedAt: instant,
  /** When the contract ended, where that is why. */
  terminatedAt: instant.nullable(),
  confirmedAt: instant.nullable(),
  firstDeletionAt: instant.nullable(),
  verifiedAt: instant,
  certifiedAt: instant,
  rounds: z.int().min(1),
  stores: z.array(certifiedStoreSchema).min(1),
  retained: z.array(retainedSchema),
  /** Rows that became numbers about people who are alike, and why others did not; all of them are erased. */
  anonymised: z.array(
    z.strictObject({
      storeId: z.string(),
      /** Rule of policies/anonymise.yaml. */
      ruleId: z.string(),
      rows: z.int().min(0),
      fellBack: z.array(z.strictObject({ code: z.string(), rows: z.int().min(1) })),
    }),
  ),
  /** Legal holds that stopped something. */
  holds: z.array(z.strictObject({ holdId: z.string(), matter: z.string(), reviewAt: z.iso.date() })),
  processors: z.array(z.strictObject({ processorId: z.string() })),
  /** First day in India on which no backup can hold what was erased. */
  backupsLapseOn: z.iso.date(),
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
