import { randomUUID } from 'node:crypto';
import type { Register } from '../../policies/schema';
import { authorise, type Caller } from '../access/caller';
import { instructionTimeRefusal, lastUseRefusal, reasonRefusal, tenantInstructionRefusal } from '../access/instruction';
import { hashOf, sha256Hex } from '../shared/canonical';
import { type Clock, instant, plusMs } from '../shared/clock';
import { conflict, idempotencyConflict, notFound, type ProblemError } from '../shared/problem';
import { windowOf } from './dates';
import type { TerminateBody, TerminationRecord } from './model';
import type { TerminationLedger, TerminationOutbox } from './ports';
import { type TerminationView, viewOf } from './view';

export interface TerminateDeps {
  readonly terminations: TerminationLedger;
  readonly outbox: Pick<TerminationOutbox, 'tick'>;
  readonly register: Pick<Register, 'retention' | 'erasure'>;
  readonly clock: Clock;
}

const DAY_MS = 86_400_000;
const REASON = 'contract-ended';
/** Others may write between our reading and writing, but not for ever. */
const TRIES = 5;

/**
 * Ends a tenant's contract: from now on nothing of it is usable, and all of it restorable until it is erased.
 * The same key with the same body answers as the first time; another key answers with the termination that
 * stands, whose clock does not start again. After a restore a new one begins.
 *
 * @throws ProblemError 403, 409 (key used for another body, or being restored), 422
 */
export async function terminate(
  caller: Caller,
  tenantId: string,
  idempotencyKey: string,
  body: TerminateBody,
  deps: TerminateDeps,
): Promise<TerminationView> {
  authorise(caller, 'tenant:terminate', tenantId);
  const now = deps.clock.now();
  const { idempotencyDays } = deps.register.erasure;
  const idempotency = {
    key: sha256Hex(`termination\n${caller.clientName}\n${idempotencyKey}`),
    bodyHash: hashOf({ ...body, tenantId }),
    expiresAt: plusMs(now, idempotencyDays * DAY_MS),
  };
  for (let n = 1; n <= TRIES; n++) {
    const used = await deps.terminations.findByKey(idempotency.key);
    if (used !== undefined) {
      if (used.bodyHash !== idempotency.bodyHash) throw idempotencyConflict();
      return answer(await byId(tenantId, used.terminationId, deps), deps);
    }
    // Checked only for a new ask: a repeated one was acceptable when it was first sent.
    const refusal = refusalOf(body, now, deps.register.erasure);
    if (refusal !== undefined) throw refusal;
    const current = await deps.terminations.get(tenantId);
    if (current?.state === 'RESTORING')
      throw conflict('The tenant is being restored. Ask again when its state is RESTORED.');
    if (current !== undefined && current.state !== 'RESTORED') {
      await deps.terminations.remember(current.terminationId, idempotency);
      continue;
    }
    const record = recordOf(caller, tenantId, body, now, deps);
    if ((await deps.terminations.begin(record, idempotency, current)) === 'begun') return answer(record, deps);
  }
  throw conflict('The termination changed while it was read. Send the same request again.');
}

/** @throws ProblemError 403, 404 */
export async function getTermination(
  caller: Caller,
  tenantId: string,
  deps: Pick<TerminateDeps, 'terminations'>,
): Promise<TerminationView> {
  authorise(caller, 'tenant:read', tenantId);
  const record = await deps.terminations.get(tenantId);
  if (record === undefined) throw notFound('This tenant was never terminated.');
  return viewOf(record);
}

function refusalOf(body: TerminateBody, now: Date, rules: Register['erasure']): ProblemError | undefined {
  return (
    reasonRefusal(body.reason ?? REASON, rules) ??
    instructionTimeRefusal(body.instruction, now, rules) ??
    lastUseRefusal(body.lastProcessedAt, now) ??
    tenantInstructionRefusal('The end of a contract', body.instruction, rules)
  );
}

function recordOf(
  caller: Caller,
  tenantId: string,
  body: TerminateBody,
  now: Date,
  { register }: TerminateDeps,
): TerminationRecord {
  const { terminatedAt, eraseAt, promiseEndsAt, notices } = windowOf(now, register);
  return {
    terminationId: `tm-${randomUUID()}`,
    tenantId,
    state: 'RECOVERABLE',
    announced: null,
    clientName: caller.clientName,
    instruction: body.instruction,
    reason: body.reason ?? REASON,
    terminatedAt,
    ...(body.lastProcessedAt !== undefined && { lastProcessedAt: instant(new Date(body.lastProcessedAt)) }),
    hidden: false,
    schedules: 'pending',
    notices: notices.map((notice) => ({ ...notice, sentAt: null })),
    eraseAt,
    promiseEndsAt,
    pastRequestIds: [],
    attempt: 0,
    reasons: [],
    alarms: [],
    // At once: should the first tick be lost, the sweeper comes.
    dueAt: terminatedAt,
    updatedAt: terminatedAt,
    version: 1,
  };
}

/** The record that a key was used for, be it the current one or one that was restored since. */
async function byId(tenantId: string, terminationId: string, deps: TerminateDeps): Promise<TerminationRecord> {
  const current = await deps.terminations.get(tenantId);
  if (current?.terminationId === terminationId) return current;
  const past = await deps.terminations.past(tenantId, terminationId);
  if (past === undefined) throw notFound();
  return past;
}

/** The tick is sent again for a repeated call: the first may have died before it could send. */
async function answer(record: TerminationRecord, deps: TerminateDeps): Promise<TerminationView> {
  const { tenantId, terminationId } = record;
  if (record.state === 'RECOVERABLE' && !record.hidden)
    await deps.outbox.tick({ type: 'tick', tenantId, terminationId, observedAt: instant(deps.clock.now()) });
  return viewOf(record);
}
