import * as z from 'zod';
import { TRANSFER_PK } from '../../shared/names';
import { restrictionSchema } from '../model';

/**
 * Restrictions that stand are one item, so that a decision reads all of them with one key, in one request with what
 * is known of the tenant, and so that two people who change them at once cannot both succeed. Lifted ones are an
 * item each.
 */
export const STANDING_KEY = { pk: `${TRANSFER_PK.restriction}standing`, sk: 'all' } as const;
export const LIFTED_PARTITION = `${TRANSFER_PK.restriction}lifted`;

/**
 * Restrictions that can stand at the same time: the item stays far below DynamoDB's 400 KB at 1 KB each, which is
 * more than the schema lets one be.
 */
export const MOST_STANDING = 300;

const standingSchema = z.object({
  records: z.array(restrictionSchema).max(MOST_STANDING),
  /** Counts the changes of the item. */
  revision: z.int().min(1),
});
export type Standing = z.infer<typeof standingSchema>;

/** None was ever made. */
const NONE: Standing = { records: [], revision: 0 };

/** Those that stand, of the item as read. @throws when it is not understood, which must never count as none */
export function parseStanding(item: Record<string, unknown> | undefined): Standing {
  return item === undefined ? NONE : standingSchema.parse(item);
}
