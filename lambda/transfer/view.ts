import type { TransferRecord, TransferView } from './model';

/** What the caller is told of a transfer. */
export function transferViewOf(record: TransferRecord): TransferView {
  const { transferId, decisionId, tenantId, processorId, purpose, state, reason, stripped } = record;
  const { attempts, createdAt, updatedAt, expiresAt, endedAt } = record;
  return {
    ...{ transferId, decisionId, tenantId, processorId, purpose, state, reason, stripped },
    ...{ attempts, createdAt, updatedAt, expiresAt, endedAt },
  };
}

/** Nothing leaves these states. */
export function isOver({ state }: Pick<TransferRecord, 'state'>): boolean {
  return state === 'delivered' || state === 'stopped' || state === 'failed';
}
