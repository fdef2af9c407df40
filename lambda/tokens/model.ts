import * as z from 'zod';
import { opaqueId } from '../erasure/model';
import { slugSchema } from '../transfer/model';

/** Body of `POST /v1/tokens/resolve`. */
export const resolveBodySchema = z.strictObject({
  tenantId: opaqueId,
  /** As the processor has it. */
  token: z.string().min(1).max(200),
  /** One of `resolveFor` in policies/transfers.yaml. */
  purpose: slugSchema,
});
export type ResolveBody = z.infer<typeof resolveBodySchema>;

/** What a token stands for. The one answer of the API that holds a value. */
export const resolvedViewSchema = z.strictObject({
  tenantId: z.string(),
  subjectId: z.string(),
  field: z.string(),
  value: z.string(),
});
export type ResolvedView = z.infer<typeof resolvedViewSchema>;
