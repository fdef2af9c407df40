import type { RouteTable } from '../shared/route-table';

/** Routes of the function that decides. Asked by POST: an address with a subject's id in it ends up in logs. */
export const DECISION_ROUTES = {
  '/v1/transfer-decisions': { POST: { body: true } },
} as const satisfies RouteTable;

/** Routes of the function that takes payloads. */
export const RELAY_ROUTES = {
  '/v1/transfers': { POST: { body: true, idempotencyKey: true } },
  '/v1/transfers/{id}': { GET: {} },
} as const satisfies RouteTable;

/** Routes of the desk: restrictions, by people. */
export const RESTRICTION_ROUTES = {
  '/v1/transfer-restrictions': { GET: {}, POST: { body: true } },
  '/v1/transfer-restrictions/{id}/lift': { POST: { body: true } },
} as const satisfies RouteTable;
