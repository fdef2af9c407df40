import type { APIGatewayProxyEvent } from 'aws-lambda';
import type { Notice } from '../../../lambda/disclosure/model';
import { afterTry, evidenced } from '../../../lambda/disclosure/notice';
import type { NoticeServiceDeps } from '../../../lambda/disclosure/notices';
import { type DisclosureApiDeps, routeDisclosures } from '../../../lambda/disclosure/routes';
import type { Plan, RequestRecord } from '../../../lambda/erasure/model';
import { ProblemError } from '../../../lambda/shared/problem';
import { Invocation } from '../../support/memory-cloud';
import { MemoryNotices, processorsFor } from '../../support/memory-notices';
import { Random } from '../../support/random';
import { NOW, noticeTo, REQUEST_ID } from './support';

const EVIDENCE = { sha256: 'e'.repeat(64), by: 'officer-12' };
const READ = '/v1/erasure-requests/{id}/processors';
const SHOW = '/v1/erasure-requests/{id}/processors/{processorId}/evidence';

function given(...notices: Notice[]) {
  const memory = new MemoryNotices();
  for (const notice of notices) memory.rows.set(`${REQUEST_ID}/${notice.processorId}`, { notice, dueAt: NOW });
  memory.announced.set(REQUEST_ID, NOW.toISOString());
  let now = NOW;
  const request = { requestId: REQUEST_ID, tenantId: 'acme' } as RequestRecord;
  const plan = { processors: [{ processorId: 'sandbox-sms' }, { processorId: 'msg91' }] } as Plan;
  const deps: NoticeServiceDeps = {
    requests: { get: async (id) => (id === REQUEST_ID ? request : undefined) },
    plans: { getPlan: async () => ({ plan, planHash: 'x' }) },
    notices: memory.ledger(new Invocation(new Random(1), 0, () => undefined)),
    processors: processorsFor(['sandbox-sms', 'sandbox-payments']),
    clock: { now: () => now },
  };
  const call = (
    resource: string,
    { body, actions = 'erasure:read disclosure:evidence', tenants = 'acme', ...path }: Record<string, unknown> = {},
  ) => {
    const event = {
      resource,
      httpMethod: resource === READ ? 'GET' : 'POST',
      headers: { 'content-type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
      pathParameters: { id: REQUEST_ID, processorId: 'sandbox-payments', ...path },
      requestContext: { authorizer: { clientName: 'legal-desk', actions, tenants } },
    } as unknown as APIGatewayProxyEvent;
    return routeDisclosures(event, deps as DisclosureApiDeps).then(({ body: text }) => JSON.parse(text) as unknown);
  };
  const refusal = async (resource: string, options: Record<string, unknown> = {}) => {
    const error: unknown = await call(resource, options).catch((thrown: unknown) => thrown);
    if (!(error instanceof ProblemError)) throw new Error('expected a refusal');
    return error;
  };
  return {
    ...{ call, refusal, memory },
    later: (at: string) => {
      now = new Date(at);
    },
  };
}

describe('the processors of an erasure', () => {
  it('are shown with what each has said, what is to be done by hand, and whether it is late', async () => {
    const { call, later } = given(noticeTo('sandbox-payments', 'manual'), afterTry(noticeTo(), 'completed', NOW));
    later('2027-02-01T00:00:00.000Z');
    expect(await call(READ)).toMatchObject({
      requestId: REQUEST_ID,
      announcedAt: NOW.toISOString(),
      untold: ['msg91'],
      items: [
        { processorId: 'sandbox-payments', state: 'by-hand', late: true, how: expect.stringContaining('folder') },
        { processorId: 'sandbox-sms', state: 'acknowledged', late: false, how: null, name: expect.any(String) },
      ],
    });
  });

  it.each([
    ['to a client that may not read erasures', { actions: 'disclosure:evidence' }, 403],
    ['to a client of another tenant', { tenants: 'globex' }, 404],
    ['of a request that does not exist', { id: 'er-00000000-0000-4000-8000-000000000000' }, 404],
    ['of what is no id', { id: 'er-1' }, 404],
  ])('are not shown %s', async (_what, options, status) => {
    expect((await given(noticeTo()).refusal(READ, options)).status).toBe(status);
  });
});

describe('evidence', () => {
  it('ends the part of a processor that is told by hand, and the same again changes nothing', async () => {
    const { call, memory } = given(noticeTo('sandbox-payments', 'manual'));
    const first = await call(SHOW, { body: EVIDENCE });
    expect(first).toMatchObject({ state: 'evidenced', answeredAt: NOW.toISOString(), evidence: EVIDENCE });
    expect(await call(SHOW, { body: EVIDENCE })).toEqual(first);
    const [row] = memory.rows.values();
    expect(row).toMatchObject({ dueAt: null, notice: { version: 2 } });
  });

  it.each([
    ['is silent', noticeTo()],
    ['took the request and is silent', afterTry(noticeTo(), 'pending', NOW)],
    ['has refused', afterTry(noticeTo(), 'refused', NOW)],
  ])('is taken of a processor with an API that %s, since it may have been told by hand', async (_what, notice) => {
    const view = await given(notice).call(SHOW, { processorId: 'sandbox-sms', body: EVIDENCE });
    expect(view).toMatchObject({ state: 'evidenced', route: 'api' });
  });

  it.each([
    ['a processor that has acknowledged', 'sandbox-sms', afterTry(noticeTo(), 'completed', NOW), EVIDENCE],
    ['one with other evidence', 'sandbox-sms', evidenced(noticeTo(), EVIDENCE, NOW), { ...EVIDENCE, by: 'officer-9' }],
  ])('is refused of %s', async (_what, processorId, notice, body) => {
    const { refusal, memory } = given(notice);
    expect((await refusal(SHOW, { processorId, body })).status).toBe(409);
    expect([...memory.rows.values()][0]?.notice).toEqual(notice);
  });

  it.each([
    ['without the action', { actions: 'erasure:read' }, 403],
    ['of a processor that the erasure does not have', { processorId: 'msg91' }, 404],
    ['of what is no processor', { processorId: '../x' }, 404],
    ['in another tenant', { tenants: 'globex' }, 404],
    ['without a hash', { body: { ...EVIDENCE, sha256: 'CANARY' } }, 400],
    ['with the file itself', { body: { ...EVIDENCE, file: 'CANARY' } }, 400],
  ])('is refused %s', async (_what, options, status) => {
    const problem = await given(noticeTo('sandbox-payments', 'manual')).refusal(SHOW, { body: EVIDENCE, ...options });
    expect(problem.status).toBe(status);
    expect(JSON.stringify(problem)).not.toContain('CANARY');
  });
});
