import type { Notice } from '../../../lambda/disclosure/model';
import { newNotice } from '../../../lambda/disclosure/notice';
import { loadRegister } from '../../../policies/load';

export const RULES = loadRegister().transfers.notices;
export const REQUEST_ID = 'er-3f2a9c1e-7b54-4d0a-8e61-0c9d2b7a4f18';
export const NOW = new Date('2026-12-01T06:00:00.000Z');

/** A notice of 30 days about one person, to a processor that is told by its API unless said otherwise. */
export function noticeTo(processorId = 'sandbox-sms', route: Notice['route'] = 'api', deadlineDays = 30): Notice {
  const reference = 'a'.repeat(64);
  return newNotice(
    { requestId: REQUEST_ID, tenantId: 'acme', processorId, route, scope: 'subject', reference },
    deadlineDays,
    NOW,
  );
}
