import type { Route, Routes } from '../access/dispatch';
import { unavailable } from '../shared/problem';
import type { DISCLOSURE_ROUTES } from './paths';

/** What the routes about processors that are told of an erasure work with. */
// biome-ignore lint/suspicious/noEmptyInterface: filled with the routes
export interface NoticeRouteDeps {}

const later: Route<NoticeRouteDeps> = async () => {
  throw unavailable();
};

/** Which processor has answered an erasure, and what shows that one without an interface has. */
export const noticeRoutes: Omit<Routes<typeof DISCLOSURE_ROUTES, NoticeRouteDeps>, '/v1/disclosures'> = {
  '/v1/erasure-requests/{id}/processors': { GET: later },
  '/v1/erasure-requests/{id}/processors/{processorId}/evidence': { POST: later },
};
