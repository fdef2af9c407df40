import * as z from 'zod';
import type { RetentionDecision } from '../retention/decision';
import { canonicalJson } from '../shared/canonical';
import { type BooksRegister, type DocumentKey, documentDates, kindOf } from './document';
import type { Extract } from './extract';

/** One document of the statutory books, as it lies in the bucket: what laws name, and on whose word it stays. */
export const bookEntrySchema = z.strictObject({
  type: z.literal('digicrm.statutory-document'),
  version: z.literal(1),
  kind: z.string(),
  issuedOn: z.iso.date(),
  financialYearEnd: z.iso.date(),
  annualReturnDueDate: z.iso.date(),
  /** First day in India on which no law keeps it. */
  until: z.iso.date(),
  /** The floors that keep it. */
  law: z.array(z.strictObject({ ruleId: z.string(), citation: z.string() })).min(1),
  /** The fields, each with the law that names it. */
  fields: z.array(
    z.strictObject({ field: z.string(), value: z.union([z.string(), z.number(), z.boolean()]), citation: z.string() }),
  ),
});
export type BookEntry = z.infer<typeof bookEntrySchema>;

/**
 * The text of a document in the books: canonical JSON, the same whenever the same row is read under the same
 * register. It holds no instant of today, so that a repeated try can be compared with what stands there.
 *
 * @throws Error on a kind or a day that the register cannot place
 */
export function bookEntryText(
  document: DocumentKey,
  { kept, keptFields }: Extract,
  { until, decision }: { readonly until: string; readonly decision: RetentionDecision },
  register: BooksRegister,
): string {
  const { keptBy } = kindOf(document.kind, register);
  const dates = documentDates(document.issuedOn, register);
  if (dates === undefined) throw new Error('a document without a day of issue has no place in the books');
  return canonicalJson(
    bookEntrySchema.parse({
      type: 'digicrm.statutory-document',
      version: 1,
      kind: document.kind,
      issuedOn: document.issuedOn,
      ...dates,
      until,
      law: decision.rules
        .filter((rule) => keptBy.includes(rule.ruleId))
        .map(({ ruleId, citation }) => ({ ruleId, citation })),
      fields: keptFields.map(({ field, citation }) => ({ field, value: kept[field], citation })),
    } satisfies { [K in keyof BookEntry]: unknown }),
  );
}

/** Midnight in India at the start of a day: until then the lock of a document holds. */
export function startOfDayInIndia(day: string): string {
  return `${day}T00:00:00+05:30`;
}
