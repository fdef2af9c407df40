import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import * as z from 'zod';
import { dispatch, type Routes } from '../access/dispatch';
import { idempotencyKey, parseJsonBody, parseQuery, respond } from '../shared/http';
import { badRequest, notFound } from '../shared/problem';
import { cancelBodySchema, confirmBodySchema, createBodySchema, opaqueId, statusSchema } from './model';
import type { ERASURE_ROUTES } from './paths';
import { LIST_KEY_PATTERN } from './ports';
import {
  cancelRequest,
  confirmRequest,
  createRequest,
  getCertificate,
  getPlan,
  getRequest,
  listRequests,
  type ServiceDeps,
} from './service';

/** Query of the list. The cursor is opaque to callers: base64url of the last row's list key. */
export const listQuerySchema = z.strictObject({
  tenantId: opaqueId,
  status: statusSchema.optional(),
  limit: z.coerce.number().int().min(1).max(100).default(25),
  cursor: z.string().max(200).optional(),
});

const REQUEST_ID = /^er-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const ROUTES: Routes<typeof ERASURE_ROUTES, ServiceDeps> = {
  '/v1/erasure-requests': {
    async POST(event, caller, deps) {
      const key = idempotencyKey(event);
      const view = await createRequest(caller, key, parseJsonBody(event, createBodySchema), deps);
      return respond(202, view, { location: view.links.self });
    },
    async GET(event, caller, deps) {
      const { cursor, ...query } = parseQuery(event, listQuerySchema);
      const page = await listRequests(caller, { ...query, cursor: decodeCursor(cursor) }, deps);
      return respond(200, { ...page, nextCursor: encodeCursor(page.nextCursor) });
    },
  },
  '/v1/erasure-requests/{id}': {
    GET: async (event, caller, deps) => respond(200, await getRequest(caller, requestId(event), deps)),
  },
  '/v1/erasure-requests/{id}/plan': {
    GET: async (event, caller, deps) => respond(200, await getPlan(caller, requestId(event), deps)),
  },
  '/v1/erasure-requests/{id}/confirm': {
    POST: async (event, caller, deps) =>
      respond(200, await confirmRequest(caller, requestId(event), parseJsonBody(event, confirmBodySchema), deps)),
  },
  '/v1/erasure-requests/{id}/cancel': {
    POST: async (event, caller, deps) =>
      respond(200, await cancelRequest(caller, requestId(event), parseJsonBody(event, cancelBodySchema), deps)),
  },
  '/v1/erasure-requests/{id}/certificate': {
    async GET(event, caller, deps) {
      const { file, ledger } = await getCertificate(caller, requestId(event), deps);
      return respond(200, file, { 'digicrm-ledger': ledger });
    },
  },
};

/** Answers one call. @throws ProblemError for every refusal */
export async function routeErasure(event: APIGatewayProxyEvent, deps: ServiceDeps): Promise<APIGatewayProxyResult> {
  return dispatch(event, ROUTES, deps);
}

/** An id of another form belongs to no request: answered as unknown, before any look-up. */
function requestId(event: APIGatewayProxyEvent): string {
  const id = event.pathParameters?.id ?? '';
  if (!REQUEST_ID.test(id)) throw notFound();
  return id;
}

function encodeCursor(listKey: string | null): string | null {
  return listKey === null ? null : Buffer.from(listKey).toString('base64url');
}

function decodeCursor(cursor: string | undefined): string | undefined {
  if (cursor === undefined) return undefined;
  const listKey = Buffer.from(cursor, 'base64url').toString();
  if (!LIST_KEY_PATTERN.test(listKey))
    throw badRequest([], { detail: 'Send the nextCursor of the page before, unchanged, or none.' });
  return listKey;
}
