import type { Register } from '../../policies/schema';
import { authorise, type Caller } from '../access/caller';
import { instructionTimeRefusal, tenantInstructionRefusal } from '../access/instruction';
import type { RequestRecord } from '../erasure/model';
import type { Line, LineKeeper, Outbox, RequestLedger } from '../erasure/ports';
import { type Clock, instant } from '../shared/clock';
import { conflict, notFound, type ProblemError } from '../shared/problem';
import { laterOf } from './dates';
import { StaleTerminationError } from './errors';
import type { RestoreBody, TerminationRecord } from './model';
import type { TerminationLedger, TerminationOutbox } from './ports';
import { type TerminationView, viewOf } from './view';

export interface RestoreDeps {
  readonly terminations: Pick<TerminationLedger, 'get' | 'update'>;
  readonly requests: Pick<RequestLedger, 'list'>;
  /** Decides between the restore and the first deletion. */
  readonly line: LineKeeper;
  readonly outbox: Pick<TerminationOutbox, 'tick'>;
  /** To the recorder, so that a cancelled request ends. */
  readonly requestOutbox: Outbox;
  readonly rules: Register['erasure'];
  readonly clock: Clock;
}

const TRIES = 5;
const PAGE = 100;
/** States in which an erasure of the whole tenant will run or has run, confirmed by a person. */
const INSTRUCTED: readonly RequestRecord['status'][] = ['confirmed', 'executing', 'verifying', 'deferred', 'held'];

/**
 * Takes a termination back, until the first deletion. Whoever writes the line of the erasure request first
 * has won; so a restore and an erasure never both go on. Repeating it while it is under way is harmless.
 *
 * @throws ProblemError 403, 404, 409 with the time of the first deletion or what stands in the way, 422
 */
export async function restore(
  caller: Caller,
  tenantId: string,
  body: RestoreBody,
  deps: RestoreDeps,
): Promise<TerminationView> {
  authorise(caller, 'tenant:restore', tenantId);
  const refusal =
    instructionTimeRefusal(body.instruction, deps.clock.now(), deps.rules) ??
    tenantInstructionRefusal('The restore of a tenant', body.instruction, deps.rules);
  if (refusal !== undefined) throw refusal;
  for (let n = 1; ; n++) {
    try {
      return await restoreNow(tenantId, body, deps);
    } catch (error) {
      if (!(error instanceof StaleTerminationError) || n >= TRIES) throw error;
    }
  }
}

async function restoreNow(tenantId: string, body: RestoreBody, deps: RestoreDeps): Promise<TerminationView> {
  const record = await deps.terminations.get(tenantId);
  if (record === undefined) throw notFound('This tenant was never terminated.');
  switch (record.state) {
    case 'RESTORING':
      await nudge(record, deps);
      return viewOf(record);
    case 'RESTORED':
      throw conflict('The tenant has been restored. There is nothing left to restore.', {
        restoredAt: record.restoredAt ?? null,
      });
    case 'VAULT':
    case 'ERASED':
    case 'PROVEN':
      throw tooLate(record, await lineOf(record, deps));
    default:
      return begin(record, body, deps);
  }
}

async function begin(record: TerminationRecord, body: RestoreBody, deps: RestoreDeps): Promise<TerminationView> {
  await refuseIfErasing(record, deps);
  const now = deps.clock.now();
  // Before the record: from here on no erasure of this termination can begin.
  const line: Line =
    record.requestId === undefined
      ? { state: 'open' }
      : await deps.line.cancel(record.requestId, body.instruction.by, now);
  if (line.state === 'crossed') throw tooLate(record, line);
  const at = instant(now);
  const next: TerminationRecord = {
    ...record,
    state: 'RESTORING',
    restoreBegunAt: at,
    restoredBy: body.instruction.by,
    restoreCause: body.cause,
    retryAt: undefined,
    // Stores are asked to reveal as soon as the keeper comes by.
    askedStoresAt: undefined,
    // S3 may have begun to remove versions; the counts of what is revealed will tell.
    alarms: at < record.eraseAt ? record.alarms : [...new Set([...record.alarms, 'restored-after-net' as const])],
    dueAt: at,
    updatedAt: laterOf(at, record.updatedAt),
    version: record.version + 1,
  };
  await deps.terminations.update(next, record.version);
  await nudge(next, deps);
  if (record.requestId !== undefined) await deps.requestOutbox.send({ type: 'advance', requestId: record.requestId });
  return viewOf(next);
}

/** An erasure of the whole tenant that others asked for, or an earlier attempt of this termination, may have begun. */
async function refuseIfErasing(record: TerminationRecord, deps: RestoreDeps): Promise<void> {
  for (const requestId of record.pastRequestIds) {
    const line = await deps.line.read(requestId);
    if (line.state === 'crossed') throw tooLate(record, line);
  }
  let cursor: string | undefined;
  do {
    const page = await deps.requests.list(record.tenantId, undefined, PAGE, cursor);
    for (const request of page.items) await refuseIfCrossed(record, request, deps);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
}

async function refuseIfCrossed(record: TerminationRecord, request: RequestRecord, deps: RestoreDeps): Promise<void> {
  const { requestId } = request;
  if (request.scope !== 'tenant' || request.dryRun || requestId === record.requestId) return;
  const line = await deps.line.read(requestId);
  if (line.state === 'crossed' && line.at >= record.terminatedAt) throw tooLate(record, line);
  if (line.state === 'open' && INSTRUCTED.includes(request.status))
    throw conflict('An erasure of the whole tenant has been confirmed. Cancel that request first.', { requestId });
}

async function lineOf({ requestId }: TerminationRecord, deps: RestoreDeps): Promise<Line> {
  return requestId === undefined ? { state: 'open' } : deps.line.read(requestId);
}

function tooLate(record: TerminationRecord, line: Line): ProblemError {
  const firstDeletionAt = line.state === 'crossed' ? line.at : null;
  return conflict(`The first deletion was at ${firstDeletionAt}. What is erased cannot be brought back.`, {
    firstDeletionAt,
    terminationState: record.state,
  });
}

async function nudge({ tenantId, terminationId }: TerminationRecord, deps: RestoreDeps): Promise<void> {
  await deps.outbox.tick({ type: 'tick', tenantId, terminationId, observedAt: instant(deps.clock.now()) });
}
