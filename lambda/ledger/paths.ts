import type { RouteTable } from '../shared/route-table';

/** Routes of the ledger. */
export const LEDGER_ROUTES = {
  '/v1/ledger/checkpoint': { GET: {} },
  '/v1/ledger/entries/{index}': { GET: {} },
  '/v1/ledger/proofs/inclusion': { GET: { query: ['index', 'about', 'size'] } },
  '/v1/ledger/proofs/consistency': { GET: { query: ['from', 'to'] } },
} as const satisfies RouteTable;
