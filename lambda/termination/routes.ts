import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { dispatch, type Routes } from '../access/dispatch';
import { opaqueId } from '../erasure/model';
import { idempotencyKey, parseJsonBody, respond } from '../shared/http';
import { notFound } from '../shared/problem';
import { restoreBodySchema, terminateBodySchema } from './model';
import type { TERMINATION_ROUTES } from './paths';
import { type RestoreDeps, restore } from './restore';
import { getTermination, type TerminateDeps, terminate } from './service';

export type TerminationApiDeps = TerminateDeps & RestoreDeps;

const ROUTES: Routes<typeof TERMINATION_ROUTES, TerminationApiDeps> = {
  '/v1/tenants/{id}/termination': {
    async POST(event, caller, deps) {
      const key = idempotencyKey(event);
      const view = await terminate(caller, tenantId(event), key, parseJsonBody(event, terminateBodySchema), deps);
      return respond(202, view, { location: view.links.self });
    },
    GET: async (event, caller, deps) => respond(200, await getTermination(caller, tenantId(event), deps)),
  },
  '/v1/tenants/{id}/termination/restore': {
    POST: async (event, caller, deps) =>
      respond(202, await restore(caller, tenantId(event), parseJsonBody(event, restoreBodySchema), deps)),
  },
};

/** Answers one call. @throws ProblemError for every refusal */
export async function routeTerminations(
  event: APIGatewayProxyEvent,
  deps: TerminationApiDeps,
): Promise<APIGatewayProxyResult> {
  return dispatch(event, ROUTES, deps);
}

/** An id of another form belongs to no tenant: answered as unknown, before any look-up. */
function tenantId(event: APIGatewayProxyEvent): string {
  const id = opaqueId.safeParse(event.pathParameters?.id);
  if (!id.success) throw notFound();
  return id.data;
}
