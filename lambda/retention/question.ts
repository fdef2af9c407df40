import * as z from 'zod';
import { opaqueId, scopeSchema, sealedSchema, statusSchema } from '../erasure/model';
import { parseDayInIndia } from './civil-date';
import { decisionSchema } from './decision';

/** Body of `POST /v1/retention-decisions`. */
export const questionSchema = z.strictObject({
  tenantId: opaqueId,
  /** Ask about one person in the tenant's data. */
  subjectId: opaqueId.optional(),
  /** Only stores of this class of policies/data.yaml. */
  dataClass: z.string().max(64).optional(),
  /**
   * Why the data would be erased: a reason of policies/erasure.yaml, `termination`, or `none`. Left out, it is
   * what is known, and where nothing is known a request on the day in question is supposed.
   */
  reason: z
    .string()
    .regex(/^[a-z][a-z0-9-]{1,63}$/, 'a lower-case code such as tenant-request')
    .optional(),
  /** The day in question, also one to come: an instant, or a date, which is a day in India. @default now */
  asOf: z
    .union([z.iso.datetime({ offset: true }), z.iso.date()])
    .refine((text) => parseDayInIndia(text) !== undefined, 'a day of the years 1900 to 2999')
    .optional(),
  /** When the CRM last used the data. Left out, it is what was told with a request or a termination. */
  lastProcessedAt: z.iso.datetime({ offset: true }).optional(),
});
export type Question = z.infer<typeof questionSchema>;

/** Where an answer has its reason from. */
export const reasonFromSchema = z.enum(['question', 'request', 'termination', 'supposed']);

/** The facts that an answer was made with; null is what is not known or has not happened by then. */
export const answerFactsSchema = z.strictObject({
  scope: scopeSchema,
  reason: z.string().nullable(),
  reasonFrom: reasonFromSchema,
  terminatedAt: z.string().nullable(),
  requestedAt: z.string().nullable(),
  /** Null: not known, and then the day in question is taken. */
  lastProcessedAt: z.string().nullable(),
  termination: z
    .strictObject({ terminationId: z.string(), state: z.string(), eraseAt: z.string(), terminatedAt: z.string() })
    .nullable(),
  /** Erasures under way that concern the data. */
  requests: z.array(
    z.strictObject({
      requestId: z.string(),
      scope: scopeSchema,
      status: statusSchema,
      reason: z.string(),
      createdAt: z.string(),
    }),
  ),
});
export type AnswerFacts = z.infer<typeof answerFactsSchema>;

/** Which part of a store's data a decision is about. Of documents, laws keep the fields that they name. */
export const partSchema = z.enum(['all', 'statutory-fields', 'other-fields']);

export const answerStoreSchema = z.strictObject({
  storeId: z.string(),
  dataClass: z.string(),
  dataRole: z.string(),
  part: partSchema,
  /** Holds that keep only some of it, and so take no part in the decision. */
  partlyHeldBy: z.array(z.string()),
  decision: decisionSchema,
});
export type AnswerStore = z.infer<typeof answerStoreSchema>;

export const answerSealedSchema = sealedSchema.extend({ requestId: z.string() });
export const answerHoldSchema = z.strictObject({
  holdId: z.string(),
  matter: z.string(),
  reviewAt: z.iso.date(),
  /** Class that the hold is limited to; null = all. */
  dataClass: z.string().nullable(),
  /** Whether it is about one person; her id stays in the hold. */
  oneSubject: z.boolean(),
});

/** Answer of `POST /v1/retention-decisions`. */
export const answerSchema = z.strictObject({
  asOf: z.string(),
  facts: answerFactsSchema,
  stores: z.array(answerStoreSchema),
  /** What laws keep of earlier erasures. */
  sealed: z.array(answerSealedSchema),
  holds: z.array(answerHoldSchema),
  /** The answer in plain English. */
  sentences: z.array(z.string()).min(1),
});
export type Answer = z.infer<typeof answerSchema>;
