import type { HoldScope, LegalHold } from '../../../lambda/holds/hold';
import type { Store } from '../../../lambda/shared/inventory';

/** A hold as it stands, about all of acme unless said otherwise. */
export function holdOn(scope: Partial<HoldScope> = {}, more: Partial<LegalHold> = {}): LegalHold {
  return {
    holdId: 'matter-17',
    matter: 'CS-2026-114',
    authority: 'high-court-calcutta',
    scope: { tenantId: 'acme', ...scope },
    approver: 'counsel-3',
    reviewAt: '2027-03-01',
    placedAt: '2026-11-01T06:00:00.000Z',
    updatedAt: '2026-11-01T06:00:00.000Z',
    placedBy: 'legal-desk',
    version: 1,
    ...more,
  };
}

export const SHARDS = 4;

const base = {
  region: 'ap-south-1',
  dataRole: 'tenant',
  shards: SHARDS,
  objectLock: false,
  recovery: 'restorable',
  documents: null,
} as const;
export const FILES: Store = {
  ...base,
  id: 'customer-files',
  kind: 's3',
  name: 'files',
  dataClass: 'customer-files',
  objectLock: true,
  subjectErasure: 'own',
};
export const EXPORTS: Store = {
  ...base,
  id: 'exports',
  kind: 's3',
  name: 'exports',
  dataClass: 'exports',
  objectLock: true,
  subjectErasure: 'own-and-shared',
};
export const RECORDS: Store = {
  ...base,
  id: 'crm-records',
  kind: 'dynamodb',
  name: 'records',
  dataClass: 'crm-records',
  subjectErasure: 'own',
};
export const LIVE: readonly Store[] = [FILES, EXPORTS, RECORDS];
export const VAULT_BUCKET: Store = { ...FILES, id: 'vault-objects', name: 'vault', dataClass: 'sealed' };
export const VAULT_TABLE: Store = { ...RECORDS, id: 'vault-rows', name: 'vault-rows', dataClass: 'sealed' };
