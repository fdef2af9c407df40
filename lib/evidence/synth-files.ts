import * as z from 'zod';
import { acknowledgementSchema } from '../checks/acknowledgement';

/** Folder in the output of synth with what the evidence report needs and CDK's own files do not have. */
export const EVIDENCE_FOLDER = 'evidence';

/** `outcomes.json`: what the rules of each pack said of which construct. */
export const outcomesSchema = z.array(
  z.strictObject({
    pack: z.string(),
    outcomes: z.array(
      z.strictObject({
        /** Full id, without what a finding adds in brackets. */
        rule: z.string(),
        compliant: z.array(z.string()),
        broken: z.array(z.string()),
      }),
    ),
  }),
);

/** `acknowledgements.json`: those made with the helper, once each. */
export const acknowledgementsSchema = z.array(
  acknowledgementSchema.extend({
    /** Path of the construct. */
    at: z.string(),
    /** Qualified ids. */
    findings: z.array(z.string()),
    /** Where the helper was called, relative to the repository. */
    source: z.strictObject({ file: z.string(), line: z.int().positive() }).nullable(),
  }),
);

/** `app.json`: what was synthesised. */
export const appSchema = z.strictObject({
  stage: z.string(),
  /** SHA-256 over bin, lib, lambda, policies, cdk.json and the lock file at the time of synth; another hash means that the output is stale. */
  sourceHash: z.string(),
  stores: z.array(
    z.strictObject({
      id: z.string(),
      kind: z.string(),
      at: z.string(),
      stack: z.string(),
      region: z.string(),
      dataRole: z.string(),
      dataClass: z.string(),
      copyOf: z.string().nullable(),
    }),
  ),
  switches: z.array(z.strictObject({ id: z.string(), on: z.boolean(), reason: z.string().nullable() })),
});
