import * as z from 'zod';

/** One store that holds personal data, as the constructs registered it at synth. */
export const storeSchema = z.strictObject({
  /** Stable id used in plans and certificates, e.g. `customer-files`. */
  id: z.string().regex(/^[a-z][a-z0-9-]{1,40}$/),
  kind: z.enum(['s3', 'dynamodb']),
  /** Physical name of the bucket or table. */
  name: z.string().min(1),
  region: z.string(),
  dataRole: z.enum(['account', 'tenant', 'telemetry', 'books']),
  /** Class of policies/data.yaml. */
  dataClass: z.string(),
  /** Count of hash shards in the key layout. */
  shards: z.int().min(1).max(64),
  /** S3 only: the bucket has Object Lock, so a version can be held. */
  objectLock: z.boolean(),
  /**
   * What a person's erasure takes here: `own` = her own keys; `own-and-shared` = also what the
   * tenant shares, because it may hold her (an export of all contacts).
   */
  subjectErasure: z.enum(['own', 'own-and-shared']),
});
export type Store = z.infer<typeof storeSchema>;

const inventorySchema = z.array(storeSchema).min(1);

/** Parses the inventory that a function finds in its environment. Throws when it is missing or wrong. */
export function parseInventory(json: string): Store[] {
  return inventorySchema.parse(JSON.parse(json));
}
