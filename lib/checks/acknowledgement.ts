import * as z from 'zod';

/** Why a finding may stay, who answers for that, and until when. */
export const acknowledgementSchema = z.strictObject({
  /** A sentence that convinces a reviewer who does not know the system. */
  reason: z.string().trim().min(20, 'say in at least 20 characters why the finding may stay'),
  /** Role that answers for it, e.g. `platform`; no person, who would be personal data and may leave. */
  owner: z.string().regex(/^[a-z][a-z0-9-]*$/, 'a role such as platform, in lower case'),
  /** Last day on which it holds, in India. Synth fails from the next day on. */
  expires: z.iso.date(),
  /** Where the decision is recorded, e.g. `RISK-7` (docs/accepted-risks.md) or the id of a ticket. */
  ticket: z.string().regex(/^[A-Z][A-Z0-9]*-\d+$/, 'an id such as RISK-7'),
});

/** Why a finding may stay, who answers for that, and until when. */
export type Acknowledgement = z.infer<typeof acknowledgementSchema>;

/** A finding that stays, by its qualified id, e.g. `AwsSolutions::AwsSolutions-S1`. */
export type FindingId = `${string}::${string}`;
