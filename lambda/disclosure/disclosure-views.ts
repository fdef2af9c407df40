import * as z from 'zod';
import { processorKinds, transforms } from '../../policies/transfer-schema';
import { opaqueId } from '../erasure/model';
import { lawfulBasisSchema } from '../transfer/model';

/** The question who received what about a person, and its answer: ids and names of fields, never a value. */

const instant = z.iso.datetime({ precision: 3 });

/** Query of `GET /v1/disclosures`. */
export const disclosureQuerySchema = z.strictObject({
  tenantId: opaqueId,
  subjectId: opaqueId,
  /** The `nextCursor` of the page before: an instant and the id of a decision. */
  cursor: z
    .string()
    .regex(
      /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z#[A-Za-z0-9-]{1,64}$/,
      'the nextCursor of the page before, unchanged',
    )
    .optional(),
  limit: z.coerce.number().int().min(1).max(100).default(25),
});
export type DisclosureQuery = z.infer<typeof disclosureQuerySchema>;

/**
 * How far the data came.
 * - `permitted`: the CRM asked and was allowed; whether it sent anything itself is not known here.
 * - `delivered`: DigiCRM delivered it and the processor took it.
 * - `possibly-delivered`: it was sent and no answer came, or what became of it is not known (any more).
 * - `on-its-way`: not sent yet. `not-delivered`: it was stopped before anything was sent.
 */
export const deliverySchema = z.enum(['permitted', 'delivered', 'possibly-delivered', 'on-its-way', 'not-delivered']);
export type Delivery = z.infer<typeof deliverySchema>;

/** One time that something was allowed to go to a processor. */
export const disclosureEntrySchema = z.strictObject({
  decisionId: z.string(),
  processorId: z.string(),
  at: instant,
  purpose: z.string(),
  basis: lawfulBasisSchema,
  categories: z.array(z.string()),
  /** Names of fields, and how each went: as it is, or transformed. */
  fields: z.array(z.strictObject({ name: z.string(), as: z.enum(transforms) })),
  /** Countries of the processor at that time. */
  countries: z.array(z.string()),
  delivery: deliverySchema,
  /** Null where DigiCRM did not carry it. */
  transferId: z.string().nullable(),
  deliveredAt: instant.nullable(),
});
export type DisclosureEntry = z.infer<typeof disclosureEntrySchema>;

/** All that one processor was allowed. */
export const disclosedToSchema = z.strictObject({
  processorId: z.string(),
  /** Legal name and kind from the register; null where it has the processor no more. */
  name: z.string().nullable(),
  kind: z.enum(processorKinds).nullable(),
  /** Where it works on data or keeps it, now or at the time of an entry. */
  countries: z.array(z.string()),
  purposes: z.array(z.string()),
  categories: z.array(z.string()),
  /** Names of fields. */
  fields: z.array(z.string()),
  firstAt: instant,
  lastAt: instant,
  /** How many times, by how far the data came. */
  times: z.strictObject({
    permitted: z.int().min(0),
    delivered: z.int().min(0),
    possiblyDelivered: z.int().min(0),
    onItsWay: z.int().min(0),
    notDelivered: z.int().min(0),
  }),
});
export type DisclosedTo = z.infer<typeof disclosedToSchema>;

/** Answer of `GET /v1/disclosures`. */
export const disclosuresViewSchema = z.strictObject({
  tenantId: z.string(),
  subjectId: z.string(),
  /** By processor, over all entries and not those of the page alone; on the first page, null on further ones. */
  processors: z.array(disclosedToSchema).nullable(),
  /** False where there are more records than one answer can sum up: then `processors` is about the newest. */
  complete: z.boolean(),
  /** Newest first. */
  entries: z.array(disclosureEntrySchema),
  /** Pass as `cursor` for the next page; null on the last. */
  nextCursor: z.string().nullable(),
});
export type DisclosuresView = z.infer<typeof disclosuresViewSchema>;
