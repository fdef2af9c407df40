import * as z from 'zod';
import { reasonSchema } from '../erasure/model';
import { erasesNotBefore } from './decide';
import { restorePath, terminationPath } from './events';
import { alarmSchema, restoreCauseSchema, stateSchema, type TerminationRecord } from './model';

/** Answer of every call on a termination. Instants are UTC, dates days in India; links are paths below the base URL. */
export const terminationViewSchema = z.strictObject({
  terminationId: z.string(),
  tenantId: z.string(),
  state: stateSchema,
  reason: z.string(),
  terminatedAt: z.string(),
  /** Whether every store has hidden the tenant's data. */
  hidden: z.boolean(),
  /** When the erasure may begin; later than planned where a warning went out late. */
  eraseAt: z.string(),
  /** A restore before this instant is certain to bring everything back; null where there is nothing to restore. */
  restorableUntil: z.string().nullable(),
  /** Last instant of the promise to erase. */
  promiseEndsAt: z.string(),
  notices: z.array(
    z.strictObject({ id: z.string(), hoursBefore: z.int(), dueAt: z.string(), sentAt: z.string().nullable() }),
  ),
  /** The erasure that carries it out; null before it begins. */
  requestId: z.string().nullable(),
  /** Why the erasure waits, is partial or failed. */
  reasons: z.array(reasonSchema),
  /** First day in India on which no law keeps the rest. */
  sealedUntil: z.string().nullable(),
  erasedAt: z.string().nullable(),
  /** First day in India on which no backup of the data is left. */
  backupsLapseOn: z.string().nullable(),
  provenAt: z.string().nullable(),
  restoredAt: z.string().nullable(),
  restoreCause: restoreCauseSchema.nullable(),
  /** What a person of the platform should look at. */
  alarms: z.array(alarmSchema),
  updatedAt: z.string(),
  links: z.strictObject({
    self: z.string(),
    restore: z.string().nullable(),
    erasureRequest: z.string().nullable(),
  }),
});
export type TerminationView = z.infer<typeof terminationViewSchema>;

/** A termination as the API shows it. */
export function viewOf(record: TerminationRecord): TerminationView {
  const restorable = record.state === 'RECOVERABLE' || record.state === 'CEASED';
  const eraseAt = erasesNotBefore(record) ?? record.eraseAt;
  const { requestId = null } = record;
  return {
    terminationId: record.terminationId,
    tenantId: record.tenantId,
    state: record.state,
    reason: record.reason,
    terminatedAt: record.terminatedAt,
    hidden: record.hidden,
    eraseAt,
    restorableUntil: restorable ? record.eraseAt : null,
    promiseEndsAt: record.promiseEndsAt,
    notices: record.notices.map(({ id, hoursBefore, dueAt, sentAt }) => ({ id, hoursBefore, dueAt, sentAt })),
    requestId,
    reasons: record.reasons,
    sealedUntil: record.until ?? null,
    erasedAt: record.erasedAt ?? null,
    backupsLapseOn: record.backupsLapseOn ?? null,
    provenAt: record.provenAt ?? null,
    restoredAt: record.restoredAt ?? null,
    restoreCause: record.restoreCause ?? null,
    alarms: record.alarms,
    updatedAt: record.updatedAt,
    links: {
      self: terminationPath(record.tenantId),
      restore: restorable ? restorePath(record.tenantId) : null,
      erasureRequest: requestId === null ? null : `/v1/erasure-requests/${requestId}`,
    },
  };
}
