import type { RequestView, StoreProgress } from '../../../lambda/erasure/view';

const none = { versions: 0, deleteMarkers: 0, uploads: 0, items: 0 };

export function givenStore(progress: Partial<StoreProgress> = {}): StoreProgress {
  return {
    storeId: 'crm-records',
    kind: 'dynamodb',
    state: 'planned',
    planned: { ...none, items: 3 },
    found: none,
    erased: none,
    held: none,
    sealed: none,
    left: null,
    ...progress,
  };
}

export function givenView(view: Partial<RequestView> = {}): RequestView {
  return {
    requestId: 'er-1',
    status: 'accepted',
    scope: 'tenant',
    tenantId: 'acme',
    subjectHash: null,
    reason: 'tenant-request',
    dryRun: false,
    requestHash: 'a'.repeat(64),
    planHash: null,
    reasons: [],
    round: 0,
    sealed: [],
    deferredUntil: null,
    heldBy: [],
    terminationId: null,
    deadlines: { completeBy: '2026-12-01T00:00:00.000Z', executeAfter: null, firstDeletionAt: null, endedAt: null },
    createdAt: '2026-11-01T00:00:00.000Z',
    updatedAt: '2026-11-01T00:00:00.000Z',
    stores: [],
    links: { self: '/v1/erasure-requests/er-1', plan: null, confirm: null, cancel: null, certificate: null },
    ...view,
  };
}

/** A JSON answer of the API. */
export function givenAnswer(status: number, body: unknown, type = 'application/json'): Response {
  return new Response(typeof body === 'string' ? body : JSON.stringify(body), {
    status,
    headers: { 'content-type': type },
  });
}
