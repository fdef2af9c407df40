import * as z from 'zod';
import { decisionSchema, ruleAppliedSchema } from '../retention/decision';
import { ID_PATTERN } from '../shared/layout';

/** Words of the erasure subsystem as zod schemas; the types are inferred, so they cannot disagree. */

const instant = z.iso.datetime({ precision: 3 });
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** Opaque id of the CRM. A string of 10 to 13 digits is taken for a phone number and refused. */
export const opaqueId = z
  .string()
  .regex(ID_PATTERN, 'an opaque id: 1 to 64 of A-Z a-z 0-9 . _ -, starting with a letter or digit')
  .refine((v) => !/^\d{10,13}$/.test(v), 'an opaque id, not a phone number');

const slug = z.string().regex(/^[a-z][a-z0-9-]{1,63}$/, 'a lower-case code such as tenant-admin');

export const scopeSchema = z.enum(['tenant', 'subject']);
export type Scope = z.infer<typeof scopeSchema>;

/** Proof that someone who may do so instructed the erasure. Ids and codes only. */
export const instructionSchema = z.strictObject({
  /** Opaque id of the person who instructed. */
  by: opaqueId,
  role: slug,
  /** How that person had signed in, e.g. `mfa`. */
  authentication: slug,
  at: z.iso.datetime({ offset: true }),
});
export type Instruction = z.infer<typeof instructionSchema>;

/** Body of `POST /v1/erasure-requests`. */
export const createBodySchema = z
  .strictObject({
    scope: scopeSchema,
    tenantId: opaqueId,
    subjectId: opaqueId.optional(),
    /** One of the reason codes of policies/erasure.yaml. */
    reason: slug,
    instruction: instructionSchema,
    /**
     * When the CRM last used the data. Left out, it counts as used until its erasure begins, or until the
     * contract ended. Storing, backing up, sealing and erasing are no use of it.
     */
    lastProcessedAt: z.iso.datetime({ offset: true }).optional(),
    dryRun: z.boolean().optional(),
  })
  .superRefine((body, ctx) => {
    if (body.scope === 'subject' && body.subjectId === undefined)
      ctx.addIssue({ code: 'custom', path: ['subjectId'], message: 'required when scope is "subject"' });
    if (body.scope === 'tenant' && body.subjectId !== undefined)
      ctx.addIssue({ code: 'custom', path: ['subjectId'], message: 'not allowed when scope is "tenant"' });
  });
export type CreateBody = z.infer<typeof createBodySchema>;

/** Body of `POST /v1/erasure-requests/{id}/confirm`. */
export const confirmBodySchema = z.strictObject({ planHash: sha256, by: opaqueId });
export type ConfirmBody = z.infer<typeof confirmBodySchema>;

/** Body of `POST /v1/erasure-requests/{id}/cancel`. */
export const cancelBodySchema = z.strictObject({ by: opaqueId });
export type CancelBody = z.infer<typeof cancelBodySchema>;

/**
 * accepted → planned → confirmed (cooling-off, tenant scope only) → executing → verifying → completed.
 * Two states wait, with all that may be erased gone and certified: `deferred` until a day, for a law that
 * keeps the rest sealed; `held` until a legal hold or an Object Lock ends. Then the request executes again.
 */
export const statusSchema = z.enum([
  'accepted',
  'planned',
  'confirmed',
  'executing',
  'verifying',
  'completed',
  'held',
  'deferred',
  'refused',
  'cancelled',
  'failed',
]);
export type Status = z.infer<typeof statusSchema>;

/** States that nothing leaves. A dry run ends in `planned`, which `RequestRecord.dryRun` tells apart. */
export const TERMINAL: readonly Status[] = ['completed', 'refused', 'cancelled', 'failed'];
/** States that wait for a day or for a person, with a certificate of what is done so far. */
export const WAITING: readonly Status[] = ['deferred', 'held'];

/** What is done with a store's data. Sealing and anonymising end with the erasure of what was read. */
export const actionSchema = z.enum(['erase', 'seal', 'anonymise']);
export type StoreAction = z.infer<typeof actionSchema>;

/** Where sealed data goes: the vault takes it whole, the books take the fields that a law names. */
export const sealTargetSchema = z.enum(['vault', 'books']);
export type SealTarget = z.infer<typeof sealTargetSchema>;

/** Why a request is where it is: a code for programs, a sentence for people, ids and counts only. */
export const reasonSchema = z.strictObject({ code: slug, message: z.string(), storeId: z.string().optional() });
export type Reason = z.infer<typeof reasonSchema>;

/** What can be found and left: counts per residue type. */
export const countsSchema = z.strictObject({
  versions: z.int().min(0),
  deleteMarkers: z.int().min(0),
  uploads: z.int().min(0),
  items: z.int().min(0),
});
export type Counts = z.infer<typeof countsSchema>;
export const RESIDUE_KINDS = ['versions', 'deleteMarkers', 'uploads', 'items'] as const;
export type ResidueKind = (typeof RESIDUE_KINDS)[number];

/** Data of one store that a law keeps after its erasure there. */
export const sealedSchema = z.strictObject({
  storeId: z.string(),
  into: sealTargetSchema,
  /** When sealing began, which is when use had ceased at the latest. */
  since: instant,
  /** First day in India on which no law keeps some of it any more; books end year by year. */
  freeOn: z.iso.date(),
  /** First day in India on which no law keeps any of it. */
  until: z.iso.date(),
  /** Books only: the day until which the documents of each financial year were locked. */
  years: z.array(z.strictObject({ financialYearEnd: z.iso.date(), until: z.iso.date() })),
  /** Books only: ends of the financial years whose documents no law keeps any more. */
  freeYears: z.array(z.iso.date()),
  /** The rules that keep it longest. */
  law: z.array(ruleAppliedSchema).min(1),
  /** `ending`: being erased in this round. */
  state: z.enum(['sealed', 'ending', 'erased']),
});
export type Sealed = z.infer<typeof sealedSchema>;

/** A request as stored. `subjectId` is dropped when the request ends; `subjectHash` stays. */
export const requestSchema = z.strictObject({
  requestId: z.string(),
  /** Client that asked; decides who may read it together with the tenant. */
  clientName: z.string(),
  tenantId: z.string(),
  scope: scopeSchema,
  subjectId: z.string().optional(),
  subjectHash: z
    .strictObject({ algorithm: z.literal('HMAC_SHA_256'), keyId: z.string(), value: z.string() })
    .optional(),
  reason: slug,
  instruction: instructionSchema,
  dryRun: z.boolean(),
  /** When the data was last used, as the CRM says. */
  lastProcessedAt: instant.optional(),
  /** Set where the end of a contract asked, and not a person: then nobody has to confirm. */
  termination: z.strictObject({ terminationId: z.string(), terminatedAt: instant }).optional(),
  /** SHA-256 of the canonical body without `subjectId`, so that a caller can tell which ask this answers. */
  requestHash: sha256,
  status: statusSchema,
  reasons: z.array(reasonSchema),
  createdAt: instant,
  updatedAt: instant,
  completeBy: instant,
  /** When it was first seen that `completeBy` had passed with nothing certified. */
  overdueSince: instant.optional(),
  planHash: sha256.optional(),
  confirmedAt: instant.optional(),
  confirmedBy: z.string().optional(),
  /** Not a key is deleted before this instant. */
  executeAfter: instant.optional(),
  /** Erase-and-verify round under way, from 1. */
  round: z.int().min(0),
  /** Round with which the work began, or went on after waiting: `maxRounds` counts from it. */
  firstRound: z.int().min(0),
  /** When the first round began: the data was used no longer than until then. */
  useCeasedAt: instant.optional(),
  /** What laws keep, store by store. */
  sealed: z.array(sealedSchema),
  /** Legal holds that stopped something in the last round; empty where it was an Object Lock. */
  heldBy: z.array(z.string()),
  /** Certificates issued so far. */
  certificates: z.int().min(0),
  /** Times the sweeper revived the request since it last moved. */
  revivals: z.int().min(0),
  endedAt: instant.optional(),
  /** Optimistic lock: every write asks for the version it read. */
  version: z.int().min(1),
});
export type RequestRecord = z.infer<typeof requestSchema>;

export const planStoreSchema = z.strictObject({
  storeId: z.string(),
  kind: z.enum(['s3', 'dynamodb']),
  region: z.string(),
  dataRole: z.enum(['account', 'tenant', 'telemetry', 'books']),
  dataClass: z.string(),
  /** How the data is located, in words; subject ids appear as hashes. */
  locator: z.string(),
  counts: countsSchema,
  /** What the register says, legal holds included. */
  decision: decisionSchema,
  /** What is done once no hold stops it; null where the facts do not add up, and nothing may be done. */
  action: actionSchema.nullable(),
  /** Where sealed data goes; documents can go to both, whole for a while and cut down for longer. */
  into: z.array(sealTargetSchema),
  /** Fields that stay by law where the rest of a document goes, each with its law; empty where all or nothing stays. */
  keptFields: z.array(z.strictObject({ field: z.string(), citation: z.string() })),
  /** Kind of document of policies/books.yaml that the rows are; null where they are none. */
  documents: z.string().nullable(),
  /** Documents found, by financial year: from these days the laws on books count. */
  years: z.array(
    z.strictObject({
      financialYearEnd: z.iso.date(),
      annualReturnDueDate: z.iso.date(),
      documents: z.int().min(1),
    }),
  ),
});
export type PlanStore = z.infer<typeof planStoreSchema>;

/** What would be erased, sealed, held. Execution carries out this plan and no other. */
export const planSchema = z.strictObject({
  type: z.literal('digicrm.erasure-plan'),
  version: z.literal(2),
  requestId: z.string(),
  scope: scopeSchema,
  tenantId: z.string(),
  subject: z.strictObject({ algorithm: z.literal('HMAC_SHA_256'), keyId: z.string(), value: z.string() }).nullable(),
  plannedAt: instant,
  /** SHA-256 of the inventory the plan was made from. */
  inventoryHash: sha256,
  stores: z.array(planStoreSchema),
  /** Legal holds that cover any of it. */
  holds: z.array(
    z.strictObject({
      holdId: z.string(),
      matter: z.string(),
      reviewAt: z.iso.date(),
      /** Class that the hold is limited to; null = all. */
      dataClass: z.string().nullable(),
      /** Whether it is about one person; her id stays in the hold. */
      oneSubject: z.boolean(),
    }),
  ),
  /** Those that were allowed data of hers, or of the tenant: each is told when the erasure begins. */
  processors: z.array(z.strictObject({ processorId: z.string() })),
  /** Things a person should look at before confirming, e.g. `nothing-found`. */
  findings: z.array(z.strictObject({ code: slug, message: z.string() })),
});
export type Plan = z.infer<typeof planSchema>;

/** State of one eraser step. */
export const stepSchema = z.strictObject({
  requestId: z.string(),
  round: z.int().min(1),
  storeId: z.string(),
  /** Number of the step among those of its store and round. */
  part: z.int().min(0),
  action: actionSchema,
  /** Things the plan counted in the store: decides lanes and parts. The ids stay in the request alone. */
  expected: z.int().min(0),
  state: z.enum(['waiting', 'running', 'done']),
  /** Distinct things seen, whatever became of them. */
  found: countsSchema,
  /** Of these: locked by S3 Object Lock or legal hold. */
  held: countsSchema,
  /** Of these: not deleted for another reason. */
  refused: countsSchema,
  updatedAt: instant,
});
export type Step = z.infer<typeof stepSchema>;

/** What the second reader saw in one store. */
export const verificationSchema = z.strictObject({
  requestId: z.string(),
  round: z.int().min(1),
  storeId: z.string(),
  left: countsSchema,
  held: countsSchema,
  /** What lies sealed of this request and store. */
  sealed: z.strictObject({ vault: countsSchema, books: countsSchema }),
  /** When the reading began: later writes are not covered. */
  startedAt: instant,
  verifiedAt: instant,
});
export type Verification = z.infer<typeof verificationSchema>;

/** Queue messages carry ids only. */
export const messageSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('advance'),
    requestId: z.string(),
    /** From the sweeper: nothing was heard of the request for too long. */
    revive: z.boolean().optional(),
    /** From a worker: a message of the request went to the dead-letter queue. */
    failure: reasonSchema.optional(),
  }),
  z.strictObject({ type: z.literal('plan'), requestId: z.string() }),
  z.strictObject({
    type: z.literal('erase'),
    requestId: z.string(),
    round: z.int(),
    storeId: z.string(),
    part: z.int(),
  }),
  z.strictObject({
    /** Like `erase`, for the function that may read what it seals or anonymises. */
    type: z.literal('seal'),
    requestId: z.string(),
    round: z.int(),
    storeId: z.string(),
    part: z.int(),
  }),
  z.strictObject({ type: z.literal('verify'), requestId: z.string(), round: z.int(), storeId: z.string() }),
]);
export type Message = z.infer<typeof messageSchema>;
