import * as z from 'zod';
import { opaqueId } from '../erasure/model';

const instant = z.iso.datetime({ precision: 3 });

/** What a hold is about. A tenant always; one person or one class of data where it says so. */
export const holdScopeSchema = z.strictObject({
  tenantId: opaqueId,
  subjectId: opaqueId.optional(),
  /** Class of policies/data.yaml. */
  dataClass: z.string().optional(),
});
export type HoldScope = z.infer<typeof holdScopeSchema>;

/** A named matter that stops erasure of a scope until someone lifts it. It does not end by itself. */
export const legalHoldSchema = z.strictObject({
  holdId: z.string(),
  /** The case, by its reference; no names. */
  matter: z.string(),
  /** Court, authority or counsel on whose word the hold stands. */
  authority: z.string(),
  scope: holdScopeSchema,
  /** Opaque id of the person who approved it. */
  approver: opaqueId,
  /** Day in India on which a person has to look at it again. */
  reviewAt: z.iso.date(),
  placedAt: instant,
  updatedAt: instant,
  /** Client that placed it. */
  placedBy: z.string(),
  /** Optimistic lock. */
  version: z.int().min(1),
});
export type LegalHold = z.infer<typeof legalHoldSchema>;

/** Holds that stand, as those read them who must honour them. */
export interface HoldReader {
  /** All holds on anything of the tenant, strongly consistent; none that was lifted. */
  holdsOf(tenantId: string): Promise<LegalHold[]>;
}
