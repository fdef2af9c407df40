import type { RouteTable } from '../shared/route-table';

/** Routes of erasure requests. */
export const ERASURE_ROUTES = {
  '/v1/erasure-requests': {
    POST: { body: true, idempotencyKey: true },
    GET: { query: ['tenantId', 'status', 'limit', 'cursor'] },
  },
  '/v1/erasure-requests/{id}': { GET: {} },
  '/v1/erasure-requests/{id}/plan': { GET: {} },
  '/v1/erasure-requests/{id}/certificate': { GET: {} },
  '/v1/erasure-requests/{id}/confirm': { POST: { body: true } },
  '/v1/erasure-requests/{id}/cancel': { POST: { body: true } },
} as const satisfies RouteTable;
