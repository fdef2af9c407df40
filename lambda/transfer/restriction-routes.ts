import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { dispatch, type Routes } from '../access/dispatch';
import { parseJsonBody, respond } from '../shared/http';
import { notFound } from '../shared/problem';
import type { RESTRICTION_ROUTES } from './paths';
import { liftRestrictionBodySchema, restrictBodySchema } from './restriction-views';
import { liftRestriction, listRestrictions, type RestrictionDeps, restrict } from './restrictions';

const RESTRICTION_ID = /^rs-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const ROUTES: Routes<typeof RESTRICTION_ROUTES, RestrictionDeps> = {
  '/v1/transfer-restrictions': {
    GET: async (_event, caller, deps) => respond(200, await listRestrictions(caller, deps)),
    async POST(event, caller, deps) {
      const { created, view } = await restrict(caller, parseJsonBody(event, restrictBodySchema), deps);
      return respond(created ? 201 : 200, view);
    },
  },
  '/v1/transfer-restrictions/{id}/lift': {
    async POST(event, caller, deps) {
      const { approver } = parseJsonBody(event, liftRestrictionBodySchema);
      return respond(200, await liftRestriction(caller, restrictionId(event), approver, deps));
    },
  },
};

/** Answers one call. @throws ProblemError for every refusal */
export async function routeRestrictions(
  event: APIGatewayProxyEvent,
  deps: RestrictionDeps,
): Promise<APIGatewayProxyResult> {
  return dispatch(event, ROUTES, deps);
}

/** An id of another form belongs to no restriction: answered as unknown, before any look-up. */
function restrictionId(event: APIGatewayProxyEvent): string {
  const id = event.pathParameters?.id ?? '';
  if (!RESTRICTION_ID.test(id)) throw notFound('There is no such restriction. List them to find its id.');
  return id;
}
