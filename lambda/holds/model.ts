import * as z from 'zod';
import { opaqueId, scopeSchema, statusSchema } from '../erasure/model';
import { holdScopeSchema, legalHoldSchema } from './hold';

/** Bodies, answers and messages of legal holds. */

const instant = z.iso.datetime({ precision: 3 });

/** A reference such as `CS(COMM) 114/2026`: no @, so no address, and no bare phone number. */
const reference = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9 ._/(),:-]{0,99}$/, 'a reference: 1 to 100 of A-Z a-z 0-9 and " ._/(),:-", no names')
  .refine((v) => !/^\d{10,13}$/.test(v), 'a reference, not a phone number');

/** Body of `PUT /v1/legal-holds/{id}`. All but `scope` may be changed by a later one. */
export const placeBodySchema = z.strictObject({
  /** The case, by its reference. */
  matter: reference,
  /** Court, authority or counsel on whose word the hold stands. */
  authority: reference,
  scope: holdScopeSchema,
  /** Opaque id of the person who approved it, or the change. */
  approver: opaqueId,
  /** Day in India on which a person has to look at it again. */
  reviewAt: z.iso.date(),
});
export type PlaceBody = z.infer<typeof placeBodySchema>;

/** Query of `DELETE /v1/legal-holds/{id}`: a body of a DELETE is dropped by many clients and gateways. */
export const liftQuerySchema = z.strictObject({ approver: opaqueId });

/** Query of `GET /v1/legal-holds`. The cursor is the last hold's id. */
export const holdListQuerySchema = z.strictObject({
  tenantId: opaqueId,
  limit: z.coerce.number().int().min(1).max(100).default(25),
  cursor: opaqueId.optional(),
});

/** Who lifted a hold, and when. */
export const liftedSchema = z.strictObject({ at: instant, approver: opaqueId, by: z.string() });
export type Lifted = z.infer<typeof liftedSchema>;

/** A hold as kept: what stands, or has stood, and how far S3 has followed. */
export const holdRecordSchema = z.strictObject({
  hold: legalHoldSchema,
  /** Client that placed or last changed it. */
  changedBy: z.string(),
  lifted: liftedSchema.optional(),
  /** When the last pass over all objects in its scope ended. */
  appliedAt: instant.optional(),
  /** When the last pass after its lifting ended. */
  releasedAt: instant.optional(),
});
export type HoldRecord = z.infer<typeof holdRecordSchema>;

/** Answer of GET, and of DELETE. */
export const holdViewSchema = z.strictObject({
  ...legalHoldSchema.shape,
  changedBy: z.string(),
  state: z.enum(['standing', 'lifted']),
  lifted: liftedSchema.nullable(),
  /** The review day has come. The hold stands all the same. */
  reviewDue: z.boolean(),
  /**
   * S3 legal holds on the objects in scope: `pending` until every object there was when the hold was placed has
   * one; `releasing` until every object that no other hold keeps has lost it. Erasure obeys the hold at once.
   */
  objectLocks: z.enum(['pending', 'applied', 'releasing', 'released']),
});
export type HoldView = z.infer<typeof holdViewSchema>;

/** A request under way when a hold was placed: part of the scope may be gone already. */
export const underWaySchema = z.strictObject({
  requestId: z.string(),
  scope: scopeSchema,
  status: statusSchema,
  /** Null where nothing is deleted yet. */
  firstDeletionAt: z.string().nullable(),
});

/** Answer of PUT. */
export const placedViewSchema = z.strictObject({
  ...holdViewSchema.shape,
  /** The tenant's requests that are erasing or being verified now; the hold stops what is left within seconds. */
  underWay: z.array(underWaySchema),
});
export type PlacedView = z.infer<typeof placedViewSchema>;

/** Answer of the list, by id. */
export const holdListSchema = z.strictObject({
  items: z.array(holdViewSchema),
  /** Pass as `cursor` for the next page; null on the last. */
  nextCursor: z.string().nullable(),
});
export type HoldList = z.infer<typeof holdListSchema>;

/** Asks the worker to bring the S3 legal holds of a hold's scope in line with the holds that stand. */
export const locksMessageSchema = z.strictObject({
  type: z.literal('set-locks'),
  tenantId: opaqueId,
  holdId: opaqueId,
  /** When it was asked for; names the pass, so that a message delivered again goes on where it was. */
  pass: instant,
});
export type LocksMessage = z.infer<typeof locksMessageSchema>;
