import * as z from 'zod';

/** One rule of the register that took part in a decision. */
export const ruleAppliedSchema = z.strictObject({ ruleId: z.string(), statement: z.string(), citation: z.string() });

/** What may be done with one class of data, and why. */
export const decisionSchema = z.discriminatedUnion('outcome', [
  z.strictObject({ outcome: z.literal('erase'), rules: z.array(ruleAppliedSchema).min(1) }),
  z.strictObject({ outcome: z.literal('seal'), until: z.iso.date(), rules: z.array(ruleAppliedSchema).min(1) }),
  z.strictObject({
    outcome: z.literal('hold'),
    holdIds: z.array(z.string()).min(1),
    rules: z.array(ruleAppliedSchema).min(1),
  }),
]);
export type RetentionDecision = z.infer<typeof decisionSchema>;
