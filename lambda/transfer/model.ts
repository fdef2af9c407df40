import * as z from 'zod';
import { FIELD_PATH, transferRoles } from '../../policies/transfer-schema';
import { opaqueId } from '../erasure/model';

/** Words of transfers as zod schemas. Records of them hold ids, codes and names of the register; never a value. */

const instant = z.iso.datetime({ precision: 3 });
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
export const slugSchema = z.string().regex(/^[a-z][a-z0-9-]{0,63}$/, 'a lower-case id such as service-messages');
const country = z.string().regex(/^[A-Z]{2}$/, 'a country by its ISO 3166 code of two capitals, such as IN');
const fieldPath = z.string().max(200).regex(FIELD_PATH, 'a field such as phone or billing.city');

/** On what ground data goes, and the id of what proves it. */
export const lawfulBasisSchema = z.strictObject({ kind: slugSchema, evidenceId: opaqueId });

/** What TRAI's rules ask of a message by SMS: ids of the tenant's registrations on a DLT platform. */
export const dltSchema = z.strictObject({
  entityId: z.string().regex(/^\d{10,30}$/, 'the id of the principal entity, 10 to 30 digits'),
  header: z.string().regex(/^[A-Za-z0-9]{3,11}$/, 'a registered header of 3 to 11 letters or digits'),
  templateId: z.string().regex(/^\d{10,30}$/, 'the id of a registered template, 10 to 30 digits'),
});

const asked = {
  tenantId: opaqueId,
  processorId: slugSchema,
  purpose: slugSchema,
  dataRole: z.enum(transferRoles),
  /** Kinds of data, beside those that follow from the fields. */
  categories: z.array(slugSchema).max(50),
  subjectId: opaqueId.optional(),
  lawfulBasis: lawfulBasisSchema,
  dlt: dltSchema.optional(),
};

/** Body of `POST /v1/transfer-decisions`. Of the processor it names the id and nothing else. */
export const decisionBodySchema = z.strictObject({ ...asked, fields: z.array(fieldPath).min(1).max(200) });
export type DecisionBody = z.infer<typeof decisionBodySchema>;

/** Body of `POST /v1/transfers`: the fields are those of the payload. */
export const transferBodySchema = z.strictObject({
  ...asked,
  categories: asked.categories.default([]),
  payload: z.record(z.string(), z.json()),
});
export type TransferBody = z.infer<typeof transferBodySchema>;

export const outcomeSchema = z.enum(['allow', 'allow_with_obligations', 'deny']);
export type Outcome = z.infer<typeof outcomeSchema>;

/** What has to be done to the data before it goes. Names of fields that the register knows. */
export const obligationsSchema = z.strictObject({
  /** Not in the field contract: may not go at all. */
  drop: z.array(fieldPath),
  mask: z.array(fieldPath),
  tokenise: z.array(fieldPath),
  hash: z.array(fieldPath),
  truncate: z.array(fieldPath),
  /** The one place where it may go; null where the register has none for the processor. */
  endpoint: z.string().nullable(),
  /** The transfer has to be recorded as a disclosure; always true. */
  log: z.literal(true),
});
export type Obligations = z.infer<typeof obligationsSchema>;

/** Why: a policy of policies/transfers, or a reason of the code before any policy was asked. */
export const decidedBySchema = z.strictObject({
  /** `@id` of the policy, or `register.…` / `record.…` / `engine.…` for what no policy can say. */
  id: z.string(),
  /** A sentence for people, from the policy's `@statement`. */
  statement: z.string(),
  /** `@citation`; empty where the code speaks. */
  citation: z.string(),
});
export type DecidedBy = z.infer<typeof decidedBySchema>;

/** Answer of `POST /v1/transfer-decisions`. */
export const decisionViewSchema = z.strictObject({
  decisionId: z.string(),
  outcome: outcomeSchema,
  /** Never empty. */
  decidedBy: z.array(decidedBySchema).min(1),
  /** Null on a denial. */
  obligations: obligationsSchema.nullable(),
  decidedAt: instant,
  /** Hash of processors, words and policies that decided. */
  registerHash: sha256,
});
export type DecisionView = z.infer<typeof decisionViewSchema>;

/** A decision as recorded. Holds no value, and the subject as a keyed hash. */
export const decisionRecordSchema = decisionViewSchema.extend({
  clientName: z.string(),
  tenantId: z.string(),
  processorId: z.string(),
  /** Countries of the processor when it was decided; empty where it is unknown. */
  countries: z.array(country),
  purpose: z.string(),
  dataRole: z.enum(transferRoles),
  categories: z.array(z.string()),
  /** Fields that may go, by the register's names; what it does not know is only counted. */
  fields: z.array(z.string()),
  unknownFields: z.int().min(0),
  basis: lawfulBasisSchema,
  /** HMAC of tenant and subject; null where nobody was named. */
  subjectKey: sha256.nullable(),
  /** The transfer that it was made for; null where the CRM only asked. */
  transferId: z.string().nullable(),
});
export type DecisionRecord = z.infer<typeof decisionRecordSchema>;

/**
 * queued → delivering → delivered. `stopped`: no longer allowed when it was to be delivered; `failed`: the processor
 * refused it or every attempt failed; both drop the payload. Nothing leaves these three.
 */
export const transferStateSchema = z.enum(['queued', 'delivering', 'delivered', 'stopped', 'failed']);
export type TransferState = z.infer<typeof transferStateSchema>;

/** A transfer as recorded; the payload is elsewhere, encrypted, and dropped at the end. */
export const transferRecordSchema = z.strictObject({
  transferId: z.string(),
  decisionId: z.string(),
  clientName: z.string(),
  tenantId: z.string(),
  processorId: z.string(),
  purpose: z.string(),
  dataRole: z.enum(transferRoles),
  /** Where the payload lies: shard of the subject, and the row sealed, as her id is in it. Null at the end. */
  payloadKey: z.strictObject({ pk: z.string(), sk: z.string() }).nullable(),
  subjectKey: sha256.nullable(),
  state: transferStateSchema,
  /** A code such as `processor-refused`, and the status that the processor gave; of the last try while queued. */
  reason: z.strictObject({ code: slugSchema, status: z.int().nullable() }).nullable(),
  /** Fields that did not go: names that the register knows, and how many it does not. */
  stripped: z.strictObject({ fields: z.array(z.string()), unknown: z.int().min(0) }),
  attempts: z.int().min(0),
  createdAt: instant,
  updatedAt: instant,
  /** Not tried before this. */
  notBefore: instant,
  /** Not tried after this. */
  expiresAt: instant,
  endedAt: instant.nullable(),
  version: z.int().min(1),
});
export type TransferRecord = z.infer<typeof transferRecordSchema>;

/** Answer of POST and GET on a transfer. */
export const transferViewSchema = transferRecordSchema.pick({
  transferId: true,
  decisionId: true,
  tenantId: true,
  processorId: true,
  purpose: true,
  state: true,
  reason: true,
  stripped: true,
  attempts: true,
  createdAt: true,
  updatedAt: true,
  expiresAt: true,
  endedAt: true,
});
export type TransferView = z.infer<typeof transferViewSchema>;

/** What an order, or somebody in an emergency, closes: a country, or one processor. It never opens anything. */
export const restrictionScopeSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('country'), country }),
  /** Kill switch. */
  z.strictObject({ kind: z.literal('processor'), processorId: slugSchema }),
  /** The contract ends earlier than the register says: from the day after `from` nothing goes. */
  z.strictObject({ kind: z.literal('contract'), processorId: slugSchema }),
]);

export const restrictionSchema = z.strictObject({
  restrictionId: z.string(),
  scope: restrictionScopeSchema,
  /** First day, in India, on which it holds. */
  from: z.iso.date(),
  /** Who ordered it, e.g. `G.S.R. 123(E)`. */
  authority: z.string().min(3).max(200),
  approver: opaqueId,
  clientName: z.string(),
  createdAt: instant,
  /** People who agreed that it ends; it does with the second. */
  liftApprovals: z.array(z.strictObject({ approver: opaqueId, at: instant })),
  liftedAt: instant.nullable(),
  version: z.int().min(1),
});
export type Restriction = z.infer<typeof restrictionSchema>;

/** What is known of a moment when a decision is made; at most `cacheSeconds` old. */
export interface LiveFacts {
  /** Those not lifted, whether they hold already or not. */
  readonly restrictions: readonly Restriction[];
  /** False from the moment a tenant's contract ended: use has ceased. */
  readonly tenantActive: boolean;
  /** When it was read. */
  readonly readAt: Date;
}

/** How often a message was put back because its processor was busy; nothing was tried. */
const waits = z.int().min(0).max(1_000_000).optional();

/** Message of the egress queue: ids only. */
export const egressMessageSchema = z.discriminatedUnion('type', [
  /** `processorId` is left out by a sweep, which finds ids of transfers and no more. */
  z.strictObject({
    type: z.literal('deliver'),
    transferId: z.string(),
    processorId: z.string().optional(),
    waits,
  }),
  z.strictObject({ type: z.literal('notify'), requestId: z.string(), processorId: z.string(), waits }),
]);
export type EgressMessage = z.infer<typeof egressMessageSchema>;
