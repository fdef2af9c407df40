import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { dispatch, type Routes } from '../access/dispatch';
import { type DisclosureRouteDeps, disclosureRoutes } from './disclosure-routes';
import { type NoticeRouteDeps, noticeRoutes } from './notice-routes';
import type { DISCLOSURE_ROUTES } from './paths';

export type DisclosureApiDeps = DisclosureRouteDeps & NoticeRouteDeps;

const ROUTES: Routes<typeof DISCLOSURE_ROUTES, DisclosureApiDeps> = { ...disclosureRoutes, ...noticeRoutes };

/** Answers one call. @throws ProblemError for every refusal */
export async function routeDisclosures(
  event: APIGatewayProxyEvent,
  deps: DisclosureApiDeps,
): Promise<APIGatewayProxyResult> {
  return dispatch(event, ROUTES, deps);
}
