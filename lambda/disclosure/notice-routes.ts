import type { APIGatewayProxyEvent } from 'aws-lambda';
import type { Routes } from '../access/dispatch';
import { parseJsonBody, respond } from '../shared/http';
import { notFound } from '../shared/problem';
import { slugSchema } from '../transfer/model';
import { evidenceBodySchema } from './notice-views';
import { type NoticeServiceDeps, noticesOf, showEvidence } from './notices';
import type { DISCLOSURE_ROUTES } from './paths';

/** What the routes about processors that are told of an erasure work with. */
export type NoticeRouteDeps = NoticeServiceDeps;

const REQUEST_ID = /^er-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Which processor has answered an erasure, and what shows that one without an interface has. */
export const noticeRoutes: Omit<Routes<typeof DISCLOSURE_ROUTES, NoticeRouteDeps>, '/v1/disclosures'> = {
  '/v1/erasure-requests/{id}/processors': {
    GET: async (event, caller, deps) => respond(200, await noticesOf(caller, requestId(event), deps)),
  },
  '/v1/erasure-requests/{id}/processors/{processorId}/evidence': {
    async POST(event, caller, deps) {
      const key = { requestId: requestId(event), processorId: processorId(event) };
      return respond(200, await showEvidence(caller, key, parseJsonBody(event, evidenceBodySchema), deps));
    },
  },
};

/** An id of another form belongs to no request: answered as unknown, before any look-up. */
function requestId(event: APIGatewayProxyEvent): string {
  const id = event.pathParameters?.id ?? '';
  if (!REQUEST_ID.test(id)) throw notFound();
  return id;
}

function processorId(event: APIGatewayProxyEvent): string {
  const id = slugSchema.safeParse(event.pathParameters?.processorId);
  if (!id.success) throw notFound();
  return id.data;
}
