import * as z from 'zod';
import { instructionSchema, opaqueId, reasonSchema } from '../erasure/model';

/** Words of the termination subsystem as zod schemas; the types are inferred, so they cannot disagree. */

const instant = z.iso.datetime({ precision: 3 });
const slug = z.string().regex(/^[a-z][a-z0-9-]{1,63}$/, 'a lower-case code such as contract-ended');

/**
 * RECOVERABLE → CEASED → (VAULT) → ERASED → PROVEN. Until the first deletion it can turn to
 * RESTORING → RESTORED instead.
 */
export const stateSchema = z.enum(['RECOVERABLE', 'CEASED', 'VAULT', 'ERASED', 'PROVEN', 'RESTORING', 'RESTORED']);
export type State = z.infer<typeof stateSchema>;

export const restoreCauseSchema = z.enum(['restore', 'login']);

/** What a person should look at; docs/runbooks/termination.md has an article on each. */
export const alarmSchema = z.enum([
  'clock-behind',
  'schedules-failed',
  'hiding-late',
  'notice-late',
  'erasure-late',
  'erasure-failed',
  'erasure-cancelled',
  'erasure-refused',
  'vault-erasure-failed',
  'restoring-late',
  'restored-after-net',
]);
export type AlarmCode = z.infer<typeof alarmSchema>;

export const noticeSchema = z.strictObject({
  id: slug,
  hoursBefore: z.int().min(1),
  dueAt: instant,
  /** When the bus had taken it; null before. */
  sentAt: instant.nullable(),
});
export type Notice = z.infer<typeof noticeSchema>;

/** One termination as stored. Ids, instants and codes: nothing about a person but opaque ids. */
export const terminationSchema = z.strictObject({
  terminationId: z.string(),
  tenantId: z.string(),
  state: stateSchema,
  /** State of which the CRM was told last; null before the first time. */
  announced: stateSchema.nullable(),
  /** Client that asked. */
  clientName: z.string(),
  instruction: instructionSchema,
  reason: slug,
  terminatedAt: instant,
  /** When the CRM last used the data, as it says. */
  lastProcessedAt: instant.optional(),
  /** Whether every store has hidden the tenant's data. */
  hidden: z.boolean(),
  /** When stores were last asked to hide or reveal, so that a lost message is sent again. */
  askedStoresAt: instant.optional(),
  schedules: z.enum(['pending', 'set', 'failed', 'cancelled']),
  /** Earliest first. */
  notices: z.array(noticeSchema).min(1),
  eraseAt: instant,
  promiseEndsAt: instant,
  /** Erasure request of the present attempt; its line decides between restore and erasure. */
  requestId: z.string().optional(),
  /** Requests of earlier attempts: one of them may have deleted something. */
  pastRequestIds: z.array(z.string()),
  attempt: z.int().min(0),
  /** When a failed erasure is tried again. */
  retryAt: instant.optional(),
  /** Why the erasure waits or failed, as its request says. */
  reasons: z.array(reasonSchema),
  /** VAULT: first day in India on which no law keeps the rest. */
  until: z.iso.date().optional(),
  erasedAt: instant.optional(),
  /** First day in India on which no backup of the data is left. */
  backupsLapseOn: z.iso.date().optional(),
  provenAt: instant.optional(),
  /** When the restore was decided. */
  restoreBegunAt: instant.optional(),
  restoredAt: instant.optional(),
  /** Opaque id of the person on whose word it was restored. */
  restoredBy: opaqueId.optional(),
  restoreCause: restoreCauseSchema.optional(),
  alarms: z.array(alarmSchema),
  /** When the sweeper should look; null when never. */
  dueAt: instant.nullable(),
  /** Never moves back, whatever a clock says. */
  updatedAt: instant,
  /** Optimistic lock: every write asks for the version it read. */
  version: z.int().min(1),
});
export type TerminationRecord = z.infer<typeof terminationSchema>;

/** Body of `POST /v1/tenants/{id}/termination`. */
export const terminateBodySchema = z.strictObject({
  /** One of the reason codes of policies/erasure.yaml. @default contract-ended */
  reason: slug.optional(),
  instruction: instructionSchema,
  /** When the CRM last used the data. Left out, it counts as used until now. Storing and hiding are no use of it. */
  lastProcessedAt: z.iso.datetime({ offset: true }).optional(),
});
export type TerminateBody = z.infer<typeof terminateBodySchema>;

/** Body of `POST /v1/tenants/{id}/termination/restore`. */
export const restoreBodySchema = z.strictObject({
  /** `login`: somebody who may decide for the tenant signed in again. */
  cause: restoreCauseSchema,
  instruction: instructionSchema,
});
export type RestoreBody = z.infer<typeof restoreBodySchema>;

/** Queue messages carry ids only. */
export const tickSchema = z.strictObject({
  type: z.literal('tick'),
  tenantId: z.string(),
  terminationId: z.string(),
  /** Time by the clock of whoever sent it: nothing irreversible happens on the word of one clock. */
  observedAt: z.iso.datetime({ offset: true }),
  /** From the sweeper: something was due and no schedule had come. */
  missed: z.boolean().optional(),
});
export type Tick = z.infer<typeof tickSchema>;

/** What one store is asked to do. */
export const storeAskSchema = z.strictObject({
  type: z.enum(['hide', 'reveal']),
  tenantId: z.string(),
  terminationId: z.string(),
  storeId: z.string(),
});
export type StoreAsk = z.infer<typeof storeAskSchema>;

export const TERMINATION_ID = /^tm-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
