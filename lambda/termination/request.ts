import type { Register } from '../../policies/schema';
import type { RequestRecord } from '../erasure/model';
import { hashOf, sha256Hex } from '../shared/canonical';
import { instant, plusMs } from '../shared/clock';
import type { TerminationRecord } from './model';

const DAY_MS = 86_400_000;

/**
 * The erasure request with which a termination ends. It carries the termination's own instruction and needs
 * no confirmation: the recovery window was the time to change one's mind.
 *
 * @throws Error when the termination has no request id: it must stand in the record before the request exists
 */
export function erasureRequestOf(
  record: TerminationRecord,
  now: Date,
  rules: Pick<Register['erasure'], 'completeWithinDays'>,
): RequestRecord {
  const { requestId, terminationId, terminatedAt, tenantId, clientName, instruction, lastProcessedAt } = record;
  if (requestId === undefined) throw new Error(`termination ${terminationId} names no erasure request`);
  const asked = {
    scope: 'tenant',
    tenantId,
    reason: 'contract-ended',
    instruction,
    ...(lastProcessedAt !== undefined && { lastProcessedAt }),
    termination: { terminationId, terminatedAt },
  } as const;
  return {
    ...asked,
    requestId,
    clientName,
    dryRun: false,
    requestHash: hashOf(asked),
    status: 'accepted',
    reasons: [],
    createdAt: instant(now),
    updatedAt: instant(now),
    completeBy: instant(plusMs(now, rules.completeWithinDays.days * DAY_MS)),
    round: 0,
    firstRound: 0,
    sealed: [],
    heldBy: [],
    certificates: 0,
    revivals: 0,
    version: 1,
  };
}

/** Idempotency key of an attempt: no attempt can make two requests. */
export function attemptKey({ terminationId, attempt }: TerminationRecord): string {
  return sha256Hex(`termination/${terminationId}/${attempt}`);
}
