import type { RouteTable } from '../shared/route-table';

/** Routes of legal holds: `{id}` is the hold's. */
export const HOLD_ROUTES = {
  '/v1/legal-holds': { GET: { query: ['tenantId', 'limit', 'cursor'] } },
  '/v1/legal-holds/{id}': { PUT: { body: true }, GET: {}, DELETE: { query: ['approver'] } },
} as const satisfies RouteTable;
