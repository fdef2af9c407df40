import { instant } from '../shared/clock';
import type { DecisionRecord, TransferRecord } from './model';

/** A transfer on which nobody has begun, but for its payload. */
export function queued(
  decision: DecisionRecord,
  transferId: string,
  now: Date,
  expiresAt: Date,
): Omit<TransferRecord, 'payloadKey' | 'stripped'> {
  const { decisionId, clientName, tenantId, processorId, purpose, dataRole, subjectKey } = decision;
  const at = instant(now);
  return {
    transferId,
    decisionId,
    clientName,
    tenantId,
    processorId,
    purpose,
    dataRole,
    subjectKey,
    state: 'queued',
    reason: null,
    attempts: 0,
    createdAt: at,
    updatedAt: at,
    notBefore: at,
    expiresAt: instant(expiresAt),
    endedAt: null,
    version: 1,
  };
}
