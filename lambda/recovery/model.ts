import * as z from 'zod';
import { ID_PATTERN } from '../shared/layout';

/** `hide`: nothing of the tenant is usable, everything restorable. `reveal`: as it was before. */
export const DIRECTIONS = ['hide', 'reveal'] as const;
export const directionSchema = z.enum(DIRECTIONS);
export type Direction = z.infer<typeof directionSchema>;

const ids = { tenantId: z.string().regex(ID_PATTERN), terminationId: z.string().min(1).max(100) };

const storeOf = { ...ids, storeId: z.string().min(1) };

/** Asks for one store of a tenant to be hidden. */
export const hideMessageSchema = z.strictObject({ type: z.literal('hide'), ...storeOf });
/** Asks for what hiding did to one store to be taken back. */
export const revealMessageSchema = z.strictObject({ type: z.literal('reveal'), ...storeOf });
export type RecoveryMessage = z.infer<typeof hideMessageSchema> | z.infer<typeof revealMessageSchema>;

/** Tells the termination that something it waits for may have happened. */
export const tickMessageSchema = z.strictObject({
  type: z.literal('tick'),
  ...ids,
  /** The sender's clock. */
  observedAt: z.iso.datetime(),
});
export type TickMessage = z.infer<typeof tickMessageSchema>;

/** The work of one store under one termination. */
export interface RecoveryKey {
  readonly tenantId: string;
  readonly terminationId: string;
  readonly storeId: string;
}

/** A store is hidden, or revealed, to the end. */
export const doneSchema = z.strictObject({
  storeId: z.string(),
  direction: directionSchema,
  /** Objects hidden or revealed, or flags set or removed, as told by workers that lived to tell. */
  count: z.int().min(0),
  at: z.iso.datetime(),
});
export type Done = z.infer<typeof doneSchema>;

/**
 * Stands beside a tenant's rows in every table while they must not be used. Whoever reads or writes rows
 * has to ask for it (docs/recovery.md).
 */
export const flagSchema = z.strictObject({
  state: z.literal('suspended'),
  since: z.iso.datetime(),
  terminationId: z.string(),
});
export type Flag = z.infer<typeof flagSchema>;
