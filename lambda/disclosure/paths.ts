import type { RouteTable } from '../shared/route-table';

/** Who received what about whom, and which processor has answered an erasure. */
export const DISCLOSURE_ROUTES = {
  '/v1/disclosures': { GET: { query: ['tenantId', 'subjectId', 'cursor', 'limit'] } },
  '/v1/erasure-requests/{id}/processors': { GET: {} },
  '/v1/erasure-requests/{id}/processors/{processorId}/evidence': { POST: { body: true } },
} as const satisfies RouteTable;
