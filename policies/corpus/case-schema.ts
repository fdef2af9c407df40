import * as z from 'zod';
import { contractClauses, FIELD_PATH, transferRoles } from '../transfer-schema';

/** Shape of policies/corpus/{allow,deny}/<sentence>.json; README.md there says how to write one. */

const word = z.string().regex(/^[a-z][a-z0-9-]*$/, 'a word of the register such as service-messages');
const field = z.string().regex(FIELD_PATH, 'a field such as phone or billing.city');
const country = z.string().regex(/^[A-Z]{2}$/, 'a country by its ISO 3166 code of two capitals, such as IN');
const date = z.iso.date();

/** What is taken to be so of the processor in this case, whatever the register says. */
const stated = z.strictObject({
  contract: z
    .strictObject({
      signedOn: date.nullable(),
      validUntil: date,
      /** Clauses of the checklist that it does not have. @default none */
      lacks: z.array(z.enum(contractClauses)).min(1).optional(),
    })
    .nullable()
    .optional(),
  /** Empty where no country is known. */
  processing: z.array(country).optional(),
  storage: z.array(country).optional(),
  foreignState: z.boolean().optional(),
  dataRoles: z.array(z.enum(transferRoles)).min(1).optional(),
  /** Purposes that the register is taken to have for it beside its own, or in place of one of the same id. */
  purposes: z
    .array(z.strictObject({ id: word, bases: z.array(word).min(1), fields: z.array(field).min(1) }))
    .min(1)
    .optional(),
});

const question = z.strictObject({
  processor: word,
  stated: stated.optional(),
  purpose: word,
  dataRole: z.enum(transferRoles),
  /** Fields that would go. */
  fields: z.array(field),
  /** Kinds of data beside those that follow from the fields. @default none */
  categories: z.array(word).min(1).optional(),
  basis: word,
  /** Something proves the ground. @default true */
  evidence: z.boolean().optional(),
  /** The ids of a DLT registration came with the question. @default false */
  dlt: z.boolean().optional(),
  /** Day in India. @default 2026-12-01 */
  today: date.optional(),
  /** What orders and people in an emergency closed. @default nothing */
  restrictedCountries: z.array(country).min(1).optional(),
  processorClosed: z.literal(true).optional(),
  contractEndedOn: date.optional(),
  /** The tenant's contract has ended. @default false */
  tenantTerminated: z.literal(true).optional(),
});

export const caseSchema = z.strictObject({
  question,
  expect: z.enum(['allow', 'deny']),
  /** Ids of all policies that are the reason. */
  reasons: z.array(z.string()).min(1),
  /** What a reader should know of why. */
  note: z.string().min(10).optional(),
});

export type CorpusFile = z.infer<typeof caseSchema>;
export type Stated = z.infer<typeof stated>;
export type Facts = z.infer<typeof question>;
