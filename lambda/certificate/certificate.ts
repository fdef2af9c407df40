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

/** What a certificate says of one processor, as of `certifiedAt`: what it answered later stands in no certificate. */
export const certifiedProcessorSchema = z.strictObject({
  processorId: z.string(),
  /** How it is told; null while a legal hold stops the telling. */
  route: z.enum(['api', 'manual']).nullable(),
  /**
   * - `to-tell`: nothing it took was sent yet. `told`: it took the request and has not answered.
   * - `acknowledged`: it says that it erased. `refused`: it says that it will not.
   * - `by-hand`: a person has to tell it. `evidenced`: she did, and showed what proves it.
   * - `held`: a legal hold stops the erasure, so it was not told.
   */
  state: z.enum(['to-tell', 'told', 'acknowledged', 'refused', 'by-hand', 'evidenced', 'held']),
  toldAt: instant.nullable(),
  answeredAt: instant.nullable(),
  /** By when it has to have erased. */
  deadline: instant.nullable(),
  /** SHA-256 of the document that proves an erasure by hand. */
  evidenceSha256: sha256.nullable(),
});
export type CertifiedProcessor = z.infer<typeof certifiedProcessorSchema>;

const common = {
  type: z.literal('digicrm.erasure-certificate'),
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
  /** First day in India on which no backup can hold what was erased. */
  backupsLapseOn: z.iso.date(),
  signedBy: z.strictObject({
    algorithm: z.literal('ECDSA_SHA_256'),
    curve: z.literal('P-256'),
    keyId: z.string(),
    /** SHA-256 of the public key in DER (SubjectPublicKeyInfo). */
    publicKeySha256: sha256,
  }),
};

/** The signed part. The bytes under the signature are its canonical JSON (RFC 8785). */
export const certificateSchema = z.strictObject({
  ...common,
  version: z.literal(3),
  /** Every processor that has the data, once, whether it has answered or not. */
  processors: z.array(certifiedProcessorSchema),
});
/** What is issued. */
export type Certificate = z.infer<typeof certificateSchema>;

/** Issued until processors were told by the control plane: it names them and no more. */
export const certificateV2Schema = z.strictObject({
  ...common,
  version: z.literal(2),
  processors: z.array(z.strictObject({ processorId: z.string() })),
});

/** What may still be verified. */
export const anyCertificateSchema = z.discriminatedUnion('version', [certificateV2Schema, certificateSchema]);
export type AnyCertificate = z.infer<typeof anyCertificateSchema>;

/** The file: canonical JSON without a trailing newline, so that one changed byte is always seen. */
export const signedCertificateSchema = z.strictObject({
  certificate: anyCertificateSchema,
  /** DER-encoded ECDSA signature in base64. */
  signature: z.string(),
  /** That it stands in the ledger; absent until the ledger has it. Not part of what is signed or superseded. */
  ledger: z.strictObject({ entry: z.string(), proof: z.string() }).optional(),
});
export type SignedCertificate = z.infer<typeof signedCertificateSchema>;
