import * as z from 'zod';

/** What a rule of policies/retention.yaml does; the file's head explains each. */
export const ruleKindSchema = z.enum(['trigger', 'ceiling', 'floor', 'hold', 'default', 'safeguard']);

/** One rule of the register that took part in a decision. */
export const ruleAppliedSchema = z.strictObject({
  ruleId: z.string(),
  kind: ruleKindSchema,
  statement: z.string(),
  citation: z.string(),
  /** What the rule leads to in this case, with its date. */
  effect: z.string(),
});
export type RuleApplied = z.infer<typeof ruleAppliedSchema>;

/** What may be done with one class of data on one day, and why. All dates are days in India. */
export const decisionSchema = z.strictObject({
  /**
   * `erase`: now. `seal`: out of use, kept only for the law that demands it. `hold`: stays as it is, because
   * of a legal hold, an open recovery window, a lack of grounds, or facts that do not add up.
   */
  outcome: z.enum(['erase', 'seal', 'hold']),
  /** First day on which it may be erased; null where that is today, or where no day can be named. */
  notBefore: z.iso.date().nullable(),
  /** Day by which it must be gone; null where no ceiling runs, or a hold overrides it. */
  notAfter: z.iso.date().nullable(),
  /** Day on which a person has to look at what is held; null where nobody has to. */
  reviewAt: z.iso.date().nullable(),
  /** Who wins where a duty to keep meets a call to erase, in one sentence; null where none does. */
  conflict: z.string().nullable(),
  rules: z.array(ruleAppliedSchema).min(1),
});
export type RetentionDecision = z.infer<typeof decisionSchema>;
