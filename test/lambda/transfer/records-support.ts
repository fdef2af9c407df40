import type { DecisionRecord, Restriction, TransferRecord } from '../../../lambda/transfer/model';

export const TABLE = 'transfers';
export const NOW = '2026-12-01T05:30:00.000Z';

/** An allowed decision about a person of acme, who was only asked about, unless said otherwise. */
export function decisionOf(more: Partial<DecisionRecord> = {}): DecisionRecord {
  return {
    decisionId: 'td-1',
    outcome: 'allow_with_obligations',
    decidedBy: [{ id: 'permit.registered-purpose', statement: 'The register has it.', citation: 's.8(2)' }],
    obligations: {
      drop: ['email'],
      mask: ['name'],
      tokenise: [],
      hash: [],
      truncate: [],
      endpoint: null,
      log: true,
    },
    decidedAt: NOW,
    registerHash: 'a'.repeat(64),
    clientName: 'crm',
    tenantId: 'acme',
    processorId: 'msg91',
    countries: ['IN'],
    purpose: 'service-messages',
    dataRole: 'tenant',
    categories: ['contact', 'identity'],
    fields: ['name', 'phone'],
    unknownFields: 0,
    basis: { kind: 'tenant-instruction', evidenceId: 'in-1' },
    subjectKey: 'b'.repeat(64),
    transferId: null,
    ...more,
  };
}

export function denialOf(more: Partial<DecisionRecord> = {}): DecisionRecord {
  return decisionOf({ outcome: 'deny', obligations: null, fields: [], ...more });
}

/** A transfer that was delivered at the first attempt, unless said otherwise. */
export function transferOf(more: Partial<TransferRecord> = {}): TransferRecord {
  return {
    transferId: 'tr-1',
    decisionId: 'td-1',
    clientName: 'crm',
    tenantId: 'acme',
    processorId: 'msg91',
    purpose: 'service-messages',
    dataRole: 'tenant',
    payloadKey: null,
    subjectKey: 'b'.repeat(64),
    state: 'delivered',
    reason: null,
    stripped: { fields: ['email'], unknown: 0 },
    attempts: 1,
    createdAt: NOW,
    updatedAt: NOW,
    notBefore: NOW,
    expiresAt: '2026-12-02T05:30:00.000Z',
    endedAt: '2026-12-01T05:30:02.000Z',
    version: 2,
    ...more,
  };
}

/** The United States closed from today on. */
export function restrictionOf(more: Partial<Restriction> = {}): Restriction {
  return {
    restrictionId: 'rs-00000000-0000-4000-8000-000000000001',
    scope: { kind: 'country', country: 'US' },
    from: '2026-12-01',
    authority: 'G.S.R. 123(E)',
    approver: 'counsel-3',
    clientName: 'legal-desk',
    createdAt: NOW,
    liftApprovals: [],
    liftedAt: null,
    version: 1,
    ...more,
  };
}
