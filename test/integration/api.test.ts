import { randomUUID } from 'node:crypto';
import type { CreateBody } from '../../lambda/erasure/model';
import { apiFor, erasureOf, type RawAnswer, type RawRequest, rawRequest, tokenFor } from './support/api';
import { scanTable } from './support/by-hand';
import { testCloud } from './support/cloud';

const cloud = testCloud();
const REQUESTS = '/v1/erasure-requests';
const BODY = erasureOf({ tenantId: 'api-tenant', subjectId: 'p1', dryRun: true });

let crm: string;
let auditor: string;
let sandbox: string;
beforeAll(async () => {
  crm = await tokenFor(cloud, 'crm');
  auditor = await tokenFor(cloud, 'auditor');
  sandbox = await tokenFor(cloud, 'sandbox');
});

function post(body: unknown, more: RawRequest = {}): Promise<RawAnswer> {
  const headers = { 'idempotency-key': randomUUID(), ...more.headers };
  return rawRequest(cloud, REQUESTS, { token: crm, ...more, method: 'POST', headers, body });
}

/** Every refusal is a problem that says what to do. */
function expectProblem(answer: RawAnswer, status: number, slug?: string): void {
  expect({ status: answer.status, type: answer.headers.get('content-type') }).toEqual({
    status,
    type: expect.stringContaining('application/problem+json'),
  });
  expect(answer.json).toMatchObject({
    status,
    title: expect.any(String),
    detail: expect.stringMatching(/\w+ .*\./),
    ...(slug && { type: `https://digicrm.co.in/problems/${slug}` }),
  });
}

const requestsInTable = async () =>
  (await scanTable(cloud, cloud.controlTable)).filter(({ pk }) => pk?.S?.startsWith('REQ#')).map(({ pk }) => pk?.S);

/** A token with another payload under the same signature, or with the signature cut. */
function forge(token: string, change: (payload: Record<string, unknown>) => Record<string, unknown>): string {
  const [header = '', payload = '', signature = ''] = token.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
  return [header, Buffer.from(JSON.stringify(change(claims))).toString('base64url'), signature].join('.');
}

describe('who is not let in', () => {
  it.each([
    ['nobody', () => null],
    ['a token that is none', () => 'not-a-token'],
    ['a token that says it lives longer', () => forge(crm, (claims) => ({ ...claims, exp: 9_999_999_999 }))],
    ['a token that says it has expired', () => forge(crm, (claims) => ({ ...claims, exp: 1 }))],
    ['a token that says it is another client', () => forge(auditor, (claims) => ({ ...claims, client_id: 'crm' }))],
    ['an unsigned token', () => `${crm.split('.').slice(0, 2).join('.')}.`],
  ])('%s', async (_who, token) => {
    expectProblem(await post(BODY, { token: token() }), 401, 'unauthorised');
  });

  it('a client without the action', async () => {
    expectProblem(await post(BODY, { token: auditor }), 403, 'forbidden');
  });

  it('a client that asks for another tenant', async () => {
    expectProblem(await post(BODY, { token: sandbox }), 403, 'forbidden');
    const list = await rawRequest(cloud, `${REQUESTS}?tenantId=api-tenant`, { token: sandbox });
    expectProblem(list, 403, 'forbidden');
  });

  it('a client that reads another tenant’s request: the answer is that of an unknown one', async () => {
    const { requestId } = (await post(BODY)).json as { requestId: string };
    const foreign = await rawRequest(cloud, `${REQUESTS}/${requestId}`, { token: sandbox });
    const unknown = await rawRequest(cloud, `${REQUESTS}/er-${randomUUID()}`, { token: sandbox });
    expectProblem(foreign, 404, 'not-found');
    const { requestId: _a, ...one } = foreign.json as Record<string, unknown>;
    const { requestId: _b, ...other } = unknown.json as Record<string, unknown>;
    expect(one).toEqual(other);
  });
});

describe('bad input', () => {
  const with_ = (change: Partial<Record<keyof CreateBody, unknown>>) => ({ ...BODY, ...change });
  it.each([
    ['malformed JSON', '{"scope":', 400],
    ['no object', '[]', 400],
    ['an empty body', '', 400],
    ['an unknown field', with_({ urgent: true } as never), 400],
    ['a member named twice', `{"scope":"tenant",${JSON.stringify(BODY).slice(1)}`, 400],
    ['an over-long id', with_({ tenantId: 'x'.repeat(65) }), 400],
    ['an id with a slash', with_({ tenantId: 'api/tenant' }), 400],
    ['an e-mail address as subject', with_({ subjectId: 'priya@example.in' }), 400],
    ['a phone number as subject', with_({ subjectId: '9876543210' }), 400],
    ['a subject scope without a subject', with_({ subjectId: undefined }), 400],
    ['a tenant scope with a subject', with_({ scope: 'tenant' }), 400],
    ['an unknown reason', with_({ reason: 'because' }), 422],
    ['no proof of instruction', with_({ instruction: undefined }), 400],
    [
      'an instruction from the future',
      with_({ instruction: { ...BODY.instruction, at: '2099-01-01T00:00:00Z' } }),
      422,
    ],
    ['a body of 300 KB', with_({ reason: 'x'.repeat(300_000) }), 413],
  ])('%s is answered with a problem, and changes nothing', async (_what, body, status) => {
    const before = await requestsInTable();
    const answer = await post(body);
    expectProblem(answer, status);
    // Nothing the caller sent is repeated.
    expect(answer.text).not.toMatch(/priya|9876543210|xxxxxxxx|urgent/);
    expect(await requestsInTable()).toEqual(before);
  });

  it('a missing Idempotency-Key', async () => {
    const answer = await rawRequest(cloud, REQUESTS, { method: 'POST', token: crm, body: BODY });
    expectProblem(answer, 400, 'idempotency-key-missing');
  });

  it('a body that is not sent as JSON', async () => {
    expectProblem(await post(JSON.stringify(BODY), { headers: { 'content-type': 'text/plain' } }), 415);
  });

  it('an unknown request, plan, certificate, cursor and limit', async () => {
    for (const path of ['', '/plan', '/certificate'])
      expectProblem(await rawRequest(cloud, `${REQUESTS}/er-${randomUUID()}${path}`, { token: crm }), 404);
    expectProblem(await rawRequest(cloud, `${REQUESTS}/nonsense`, { token: crm }), 404);
    expectProblem(await rawRequest(cloud, `${REQUESTS}?tenantId=a&cursor=nonsense`, { token: crm }), 400);
    expectProblem(await rawRequest(cloud, `${REQUESTS}?tenantId=a&limit=1000`, { token: crm }), 400);
    expectProblem(await rawRequest(cloud, REQUESTS, { token: crm }), 400);
  });
});

describe('repeating', () => {
  it('the same key and body at once gives one request', async () => {
    const headers = { 'idempotency-key': randomUUID() };
    const answers = await Promise.all(Array.from({ length: 8 }, () => post(BODY, { headers })));
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(202));
    expect(new Set(answers.map(({ json }) => (json as { requestId: string }).requestId)).size).toBe(1);
  });

  it('the same key with another body is a conflict', async () => {
    const headers = { 'idempotency-key': randomUUID() };
    await post(BODY, { headers });
    expectProblem(await post({ ...BODY, subjectId: 'p2' }, { headers }), 409, 'idempotency-conflict');
  });
});

describe('listing', () => {
  it('pages through a tenant’s requests, each once, newest first', async () => {
    const tenantId = `list-${randomUUID()}`;
    const made: string[] = [];
    for (let n = 0; n < 5; n++)
      made.unshift((await apiFor(cloud).create(erasureOf({ tenantId, dryRun: true }), randomUUID())).requestId);
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const query: string = `tenantId=${tenantId}&limit=2${cursor && `&cursor=${cursor}`}`;
      const { json } = await rawRequest(cloud, `${REQUESTS}?${query}`, { token: auditor });
      const page = json as { items: { requestId: string }[]; nextCursor: string | null };
      seen.push(...page.items.map(({ requestId }) => requestId));
      cursor = page.nextCursor;
    }
    expect(seen).toEqual(made);
  });
});
