import type { RouteTable } from '../shared/route-table';

/** Routes of terminations. */
export const TERMINATION_ROUTES = {
  '/v1/tenants/{id}/termination': { POST: { body: true, idempotencyKey: true }, GET: {} },
  '/v1/tenants/{id}/termination/restore': { POST: { body: true } },
} as const satisfies RouteTable;
