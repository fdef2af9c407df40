import type { RouteTable } from '../shared/route-table';

/** Routes of retention decisions. Asked by POST, because an address with a subject's id in it ends up in logs. */
export const RETENTION_ROUTES = {
  '/v1/retention-decisions': { POST: { body: true } },
} as const satisfies RouteTable;
