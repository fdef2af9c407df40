import * as z from 'zod';
import { date, id, regionName, sentence } from './schema-parts';

/** Rule of AWS Config that watches a control in the account. */
const configRule = z.strictObject({
  /** Identifier of a rule that AWS manages, e.g. DYNAMODB_PITR_ENABLED. */
  rule: z.string().regex(/^[A-Z0-9_]+$/, 'an identifier such as DYNAMODB_PITR_ENABLED'),
  parameters: z.record(z.string(), z.string()).optional(),
  /** Regions in which AWS does not offer the rule. */
  notIn: z.array(regionName).min(1).optional(),
});

/** Rule of AWS Config that watches a control in the account. */
export type ConfigRule = z.infer<typeof configRule>;

const promiseId = z.string().regex(/^P([1-9]|1[0-9]|2[0-2])$/, 'P1 to P22');

/** Full id of a rule: `Dpdp-…` or `AwsSolutions-…`. */
const ruleId = z.string().regex(/^[A-Za-z0-9]+-[A-Za-z0-9]+$/, 'a rule such as Dpdp-S3ReplicationInIndia');

/** A file of tests, by its path in the repository. */
const testFile = z
  .string()
  .regex(/^test\/[^:]+\.test\.ts$/, 'a file of tests such as test/lambda/erasure/service.test.ts');

/** policies/controls.yaml: the policy's statements, the law's obligations, and what keeps each. */
export const controlsSchema = z.strictObject({
  controls: z.array(
    z.strictObject({
      id,
      statement: sentence,
      status: z.enum(['built', 'partly', 'planned']),
      /** Files or folders of this repository that keep it; empty only where planned. */
      keptBy: z.array(z.string()),
      /** Rules of the packs that show it in the templates. Each has to run on something, or the control is unproven. */
      rules: z.array(ruleId).default([]),
      /** Files of tests that show it. Where built, rules and tests are not both empty. */
      tests: z.array(testFile).default([]),
      /** What watches it in the account, from outside of this code; left out = nothing does. */
      watchedBy: z.array(configRule).min(1).optional(),
    }),
  ),
  statements: z
    .array(
      z.strictObject({
        id: promiseId,
        promise: sentence,
        /** `not-ours`: nothing for infrastructure to do, with the reason in `note`. */
        status: z.enum(['built', 'partly', 'planned', 'not-ours']),
        controls: z.array(id),
        law: z.array(z.string()),
        note: sentence.optional(),
      }),
    )
    .length(22, 'all 22 statements of the privacy policy'),
  /** What laws ask of the software or of whoever runs it. */
  obligations: z.array(
    z.strictObject({
      /**
       * E.g. `R-6a`: A = the DPDP Act, R = its Rules, C = CERT-In, S = IT Act and SPDI Rules, I = Intermediary Rules, T = tax
       * and company law, B = RBI, D = TRAI.
       */
      id: z.string().regex(/^[ARCSITBD]-\d+(\.\d+)?[a-z]*$/, 'an id such as R-6a'),
      /** Where it stands: `DPDP Rules 2025, rule 6(1)(a)`. */
      citation: z.string(),
      requires: sentence,
      /** First day on which it binds, as far as is known. */
      inForceFrom: date,
      /** First day on which it binds no longer. */
      inForceUntil: date.optional(),
      /** Statements of the policy that promise it too. */
      statements: z.array(promiseId).default([]),
      /**
       * `built`: its controls keep all of it. `partly`: some of it; `planned`: nothing yet, though software could.
       * `not-applicable`: it does not bind here, or is for people or the CRM to keep. Which, and who, is said in `note`.
       */
      status: z.enum(['built', 'partly', 'planned', 'not-applicable']),
      controls: z.array(id),
      note: sentence.optional(),
    }),
  ),
});
