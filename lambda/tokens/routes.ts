import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { dispatch, type Routes } from '../access/dispatch';
import { parseJsonBody, respond } from '../shared/http';
import { resolveBodySchema } from './model';
import type { TOKEN_ROUTES } from './paths';
import { type ResolveDeps, resolveToken } from './resolve';

/** A question is three short words. */
const MAX_BYTES = 4 * 1024;

const ROUTES: Routes<typeof TOKEN_ROUTES, ResolveDeps> = {
  '/v1/tokens/resolve': {
    POST: async (event, caller, deps) =>
      respond(200, await resolveToken(caller, parseJsonBody(event, resolveBodySchema, { maxBytes: MAX_BYTES }), deps)),
  },
};

/** Answers one call. @throws ProblemError for every refusal */
export function routeTokens(event: APIGatewayProxyEvent, deps: ResolveDeps): Promise<APIGatewayProxyResult> {
  return dispatch(event, ROUTES, deps);
}
