import type { RouteTable } from '../shared/route-table';

/** Turns a virtual token back into what it stands for. By POST: a token does not belong into an address. */
export const TOKEN_ROUTES = {
  '/v1/tokens/resolve': { POST: { body: true } },
} as const satisfies RouteTable;
