import * as z from 'zod';
import { opaqueId } from '../erasure/model';
import { formatDay, parseDate, parseDayInIndia } from '../retention/civil-date';
import { instant } from '../shared/clock';
import { type Restriction, restrictionSchema, restrictionScopeSchema } from './model';

/** Bodies and answers of the desk that restricts transfers. */

/** A reference such as `G.S.R. 123(E)`: no @, so no address. */
const reference = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9 ._/(),:-]{2,199}$/,
    'a reference: 3 to 200 of A-Z a-z 0-9 and " ._/(),:-", no names of people',
  );

/** Body of `POST /v1/transfer-restrictions`. */
export const restrictBodySchema = z.strictObject({
  scope: restrictionScopeSchema,
  /** First day, in India, on which it holds; for a contract its last day. A day that has passed: it holds at once. */
  from: z.iso.date().refine((day) => parseDate(day) !== undefined, 'a day of the calendar, such as 2026-12-01'),
  /** On whose word, by its reference. */
  authority: reference,
  /** Opaque id of the person who approved it. */
  approver: opaqueId,
  /** Only say what it would touch. */
  dryRun: z.boolean().default(false),
});
export type RestrictBody = z.infer<typeof restrictBodySchema>;

/** Body of `POST /v1/transfer-restrictions/{id}/lift`. */
export const liftRestrictionBodySchema = z.strictObject({ approver: opaqueId });

/** A restriction as the API shows it. */
export const restrictionViewSchema = restrictionSchema.omit({ version: true }).extend({
  state: z.enum(['standing', 'lifted']),
  /** It stops transfers today. */
  inForce: z.boolean(),
});
export type RestrictionView = z.infer<typeof restrictionViewSchema>;

/** What a restriction touches. Counted from the register as it is now and from the records of decisions. */
export const impactSchema = z.strictObject({
  processors: z.array(z.strictObject({ processorId: z.string(), name: z.string(), countries: z.array(z.string()) })),
  /** Those for which something was allowed in that time; the first hundred by id. */
  tenants: z.strictObject({ count: z.int().min(0), ids: z.array(z.string()).max(100) }),
  /** Allowed decisions that it would have stopped. `complete: false`: there are at least so many. */
  pastTransfers: z.strictObject({
    decisions: z.int().min(0),
    since: z.iso.datetime({ precision: 3 }),
    complete: z.boolean(),
  }),
});
export type Impact = z.infer<typeof impactSchema>;

/** Answer of the POST. */
export const restrictedViewSchema = z.strictObject({
  /** Null where it was only asked what it would touch. */
  restriction: restrictionViewSchema.nullable(),
  impact: impactSchema,
});
export type RestrictedView = z.infer<typeof restrictedViewSchema>;

/** Answer of the list: those that stand, then those that were lifted, each newest first. */
export const restrictionListSchema = z.strictObject({ items: z.array(restrictionViewSchema) });
export type RestrictionList = z.infer<typeof restrictionListSchema>;

export function restrictionView({ version: _, ...restriction }: Restriction, now: Date): RestrictionView {
  const standing = restriction.liftedAt === null;
  return {
    ...restriction,
    state: standing ? 'standing' : 'lifted',
    inForce: standing && begun(restriction, now),
  };
}

/** The last day of a contract is still one on which it counts. */
function begun({ scope, from }: Pick<Restriction, 'scope' | 'from'>, now: Date): boolean {
  const today = parseDayInIndia(instant(now));
  if (today === undefined) throw new Error('the clock shows no day of the calendar');
  return scope.kind === 'contract' ? from < formatDay(today) : from <= formatDay(today);
}
