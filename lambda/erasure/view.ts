import * as z from 'zod';
import { countsSchema, reasonSchema, scopeSchema, sealedSchema, statusSchema } from './model';

/** Progress of one store, as the API shows it. */
export const storeProgressSchema = z.strictObject({
  storeId: z.string(),
  kind: z.enum(['s3', 'dynamodb']),
  state: z.enum(['planned', 'erasing', 'erased', 'sealed', 'held', 'none-found', 'failed']),
  /** Counted when the plan was made. */
  planned: countsSchema,
  /** Seen by the eraser so far. */
  found: countsSchema,
  erased: countsSchema,
  held: countsSchema,
  /** Gone from here and kept by law: see `sealed` of the request. */
  sealed: countsSchema,
  /** Seen by the verifier; null until it has read the store. */
  left: countsSchema.nullable(),
});
export type StoreProgress = z.infer<typeof storeProgressSchema>;

/** Answer of POST and GET on a request. Links are paths below the API's base URL. */
export const requestViewSchema = z.strictObject({
  requestId: z.string(),
  status: statusSchema,
  scope: scopeSchema,
  tenantId: z.string(),
  /** Keyed hash of the subject id; null for tenant scope and until the plan is made. */
  subjectHash: z.string().nullable(),
  reason: z.string(),
  dryRun: z.boolean(),
  requestHash: z.string(),
  planHash: z.string().nullable(),
  reasons: z.array(reasonSchema),
  round: z.int(),
  /** What laws keep, where and until when. */
  sealed: z.array(sealedSchema),
  /** First day on which something sealed may be erased; null where nothing is. */
  deferredUntil: z.iso.date().nullable(),
  /** Legal holds that stop something. */
  heldBy: z.array(z.string()),
  /** The end of a contract that asked for this; null where a person did. */
  terminationId: z.string().nullable(),
  deadlines: z.strictObject({
    completeBy: z.string(),
    /** Cooling-off ends; null while no confirmation is given or none is needed. */
    executeAfter: z.string().nullable(),
    /** The line after which a request cannot be cancelled; null until it is crossed. */
    firstDeletionAt: z.string().nullable(),
    endedAt: z.string().nullable(),
  }),
  createdAt: z.string(),
  updatedAt: z.string(),
  stores: z.array(storeProgressSchema),
  links: z.strictObject({
    self: z.string(),
    plan: z.string().nullable(),
    confirm: z.string().nullable(),
    cancel: z.string().nullable(),
    certificate: z.string().nullable(),
  }),
});
export type RequestView = z.infer<typeof requestViewSchema>;

/** Answer of the list: newest first, without per-store progress. */
export const requestListSchema = z.strictObject({
  items: z.array(requestViewSchema.omit({ stores: true })),
  /** Pass as `cursor` for the next page; null on the last. */
  nextCursor: z.string().nullable(),
});
export type RequestList = z.infer<typeof requestListSchema>;

/** Answer of `GET …/plan`. */
export const planViewSchema = z.strictObject({ plan: z.unknown(), planHash: z.string() });
