import { randomUUID } from 'node:crypto';
import { ApiClient } from '../../../bin/cli/api';
import { isOver, poll } from '../../../bin/cli/watch';
import type { CloudOutputs } from '../../../bin/local/outputs';
import { clientCredentials, requestToken } from '../../../bin/local/tokens';
import type { CreateBody } from '../../../lambda/erasure/model';
import type { RequestView } from '../../../lambda/erasure/view';

/** A fresh access token of one of the stage's API clients. */
export async function tokenFor(cloud: CloudOutputs, client = 'crm'): Promise<string> {
  const credentials = await clientCredentials(cloud, client);
  if (credentials === null) throw new Error(`the stage has no API client "${client}"`);
  return (await requestToken(cloud.tokenEndpoint, credentials)).access_token;
}

/** The API as one of the stage's clients. */
export function apiFor(cloud: CloudOutputs, client = 'crm'): ApiClient {
  return new ApiClient({ apiUrl: cloud.apiUrl, token: () => tokenFor(cloud, client) });
}

/** Answer to a request as it came, for tests of statuses, headers and problems. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Parsed body, or null when it is no JSON. */
  readonly json: unknown;
}

export interface RawRequest {
  readonly method?: string;
  readonly token?: string | null;
  readonly headers?: Record<string, string>;
  /** An object is sent as JSON, a string as it is. */
  readonly body?: unknown;
}

/** Sends anything to the API, well-formed or not. */
export async function rawRequest(cloud: CloudOutputs, path: string, request: RawRequest = {}): Promise<RawAnswer> {
  const { method = 'GET', token, body } = request;
  const answer = await fetch(cloud.apiUrl + path, {
    method,
    headers: {
      ...(token && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...request.headers,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await answer.text();
  let json: unknown = null;
  try {
    json = JSON.parse(text);
  } catch {
    // Left as null.
  }
  return { status: answer.status, headers: answer.headers, text, json };
}

/** Body of an erasure request with everything that it needs. */
export function erasureOf(target: { tenantId: string; subjectId?: string; dryRun?: boolean }): CreateBody {
  const scope = target.subjectId === undefined ? 'tenant' : 'subject';
  const instruction = { by: 'test-admin', role: 'tenant-admin', authentication: 'mfa', at: new Date().toISOString() };
  // Last used before the law that keeps it for a year: so the tests of erasing hold in any year.
  return { scope, ...target, reason: `${scope}-request`, instruction, lastProcessedAt: '2026-01-01T00:00:00Z' };
}

/** Asks for an erasure, confirms it where that is needed, and resolves with its end. */
export async function eraseToTheEnd(
  api: ApiClient,
  target: { tenantId: string; subjectId?: string },
  timeoutMs = 120_000,
): Promise<RequestView> {
  const body = erasureOf(target);
  const { requestId } = await api.create(body, randomUUID());
  if (body.scope === 'tenant') {
    const planned = await poll(api, requestId, { until: ({ status }) => status !== 'accepted', timeoutMs });
    if (planned.status === 'planned' && planned.planHash !== null)
      await api.confirm(requestId, { planHash: planned.planHash, by: body.instruction.by });
  }
  return poll(api, requestId, { until: isOver, timeoutMs, intervalMs: 250 });
}
