import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { dispatch, type Routes } from '../access/dispatch';
import { opaqueId } from '../erasure/model';
import { parseJsonBody, parseQuery, respond } from '../shared/http';
import { badRequest, notFound } from '../shared/problem';
import { holdListQuerySchema, liftQuerySchema, placeBodySchema } from './model';
import type { HOLD_ROUTES } from './paths';
import { getHold, type HoldServiceDeps, liftHold, listHolds, placeHold } from './service';

const ROUTES: Routes<typeof HOLD_ROUTES, HoldServiceDeps> = {
  '/v1/legal-holds': {
    GET: async (event, caller, deps) =>
      respond(200, await listHolds(caller, parseQuery(event, holdListQuerySchema), deps)),
  },
  '/v1/legal-holds/{id}': {
    async PUT(event, caller, deps) {
      const id = opaqueId.safeParse(event.pathParameters?.id);
      if (!id.success) throw badRequest([], { detail: 'Choose an opaque id for the hold, as for tenants and people.' });
      const { created, view } = await placeHold(caller, id.data, parseJsonBody(event, placeBodySchema), deps);
      return respond(created ? 201 : 200, view, created ? { location: `/v1/legal-holds/${id.data}` } : {});
    },
    GET: async (event, caller, deps) => respond(200, await getHold(caller, holdId(event), deps)),
    async DELETE(event, caller, deps) {
      const { approver } = parseQuery(event, liftQuerySchema);
      return respond(200, await liftHold(caller, holdId(event), approver, deps));
    },
  },
};

/** Answers one call. @throws ProblemError for every refusal */
export async function routeHolds(event: APIGatewayProxyEvent, deps: HoldServiceDeps): Promise<APIGatewayProxyResult> {
  return dispatch(event, ROUTES, deps);
}

/** An id of another form belongs to no hold: answered as unknown, before any look-up. */
function holdId(event: APIGatewayProxyEvent): string {
  const id = opaqueId.safeParse(event.pathParameters?.id);
  if (!id.success) throw notFound();
  return id.data;
}
