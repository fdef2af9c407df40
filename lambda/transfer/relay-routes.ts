import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { dispatch, type Routes } from '../access/dispatch';
import { idempotencyKey, parseJsonBody, respond } from '../shared/http';
import { notFound } from '../shared/problem';
import { transferBodySchema } from './model';
import type { RELAY_ROUTES } from './paths';
import { createTransfer, getTransfer, type RelayDeps } from './relay';

/** `tr-` and a UUID. */
const TRANSFER_ID = /^tr-[0-9a-f-]{36}$/;

const ROUTES: Routes<typeof RELAY_ROUTES, RelayDeps> = {
  '/v1/transfers': {
    async POST(event, caller, deps) {
      const key = idempotencyKey(event);
      const maxBytes = deps.deciding.rules.words.relay.payloadBytes;
      const body = parseJsonBody(event, transferBodySchema, { maxBytes });
      const view = await createTransfer(caller, key, body, deps);
      return respond(202, view, { location: `/v1/transfers/${view.transferId}` });
    },
  },
  '/v1/transfers/{id}': {
    async GET(event, caller, deps) {
      const id = event.pathParameters?.id ?? '';
      // An id of another form belongs to no transfer: answered as unknown, before any look-up.
      if (!TRANSFER_ID.test(id)) throw notFound();
      return respond(200, await getTransfer(caller, id, deps));
    },
  },
};

/** Answers one call. @throws ProblemError for every refusal, a denial among them */
export function routeTransfers(event: APIGatewayProxyEvent, deps: RelayDeps): Promise<APIGatewayProxyResult> {
  return dispatch(event, ROUTES, deps);
}
