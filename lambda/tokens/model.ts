import * as z from 'zod';
import { opaqueId } from '../erasure/model';
import { slugSchema } from '../transfer/model';
import { TOKEN_PATTERN } from './forms';

/** Words of tokens as zod schemas. */

const instant = z.iso.datetime({ precision: 3 });

/** Body of `POST /v1/tokens/resolve`. */
export const resolveBodySchema = z.strictObject({
  tenantId: opaqueId,
  /** As the processor has it. */
  token: z.string().regex(TOKEN_PATTERN, 'a token as a processor was given it'),
  /** One of `resolveFor` in policies/transfers.yaml. */
  purpose: slugSchema,
});
export type ResolveBody = z.infer<typeof resolveBodySchema>;

/** What a token stands for, and about whom. The one answer of the API that holds a value. */
export const resolvedViewSchema = z.strictObject({
  tenantId: z.string(),
  subjectId: z.string(),
  field: z.string(),
  value: z.string(),
});
export type ResolvedView = z.infer<typeof resolvedViewSchema>;

/** What became of the question. Everything but `resolved` handed nothing out. */
export const accessOutcomeSchema = z.enum([
  'resolved',
  'not-allowed',
  'purpose-not-allowed',
  'tenant-suspended',
  'unknown',
]);
export type AccessOutcome = z.infer<typeof accessOutcomeSchema>;

/** Record of one question, written before its answer leaves. Ids and names of the register; never a value. */
export const tokenAccessSchema = z.strictObject({
  accessId: z.string(),
  clientName: z.string(),
  tenantId: z.string(),
  token: z.string(),
  /** Null where the register does not know it. */
  purpose: z.string().nullable(),
  outcome: accessOutcomeSchema,
  at: instant,
});
export type TokenAccess = z.infer<typeof tokenAccessSchema>;
