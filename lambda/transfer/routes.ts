import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { dispatch, type Routes } from '../access/dispatch';
import { parseJsonBody, respond } from '../shared/http';
import { type DecideDeps, decideTransfer } from './decide';
import { decisionBodySchema } from './model';
import type { DECISION_ROUTES } from './paths';

const ROUTES: Routes<typeof DECISION_ROUTES, DecideDeps> = {
  '/v1/transfer-decisions': {
    POST: async (event, caller, deps) =>
      respond(200, await decideTransfer(caller, parseJsonBody(event, decisionBodySchema), deps)),
  },
};

/** Answers one call. @throws ProblemError for every refusal; a denial is an answer */
export function routeDecisions(event: APIGatewayProxyEvent, deps: DecideDeps): Promise<APIGatewayProxyResult> {
  return dispatch(event, ROUTES, deps);
}
