import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { withProblems } from '../../../lambda/shared/http';
import { routeTransfers } from '../../../lambda/transfer/relay-routes';
import { BODY, RelayHarness } from './support/relay-harness';

let cloud: RelayHarness;
let logged: string[];
beforeEach(() => {
  cloud = new RelayHarness();
  logged = [];
});

function call(
  method: string,
  resource: string,
  more: Partial<APIGatewayProxyEvent> = {},
): Promise<APIGatewayProxyResult> {
  const log = (message: string, fields: object) => logged.push(message + JSON.stringify(fields));
  const handler = withProblems({ info: log, error: log }, (event) => routeTransfers(event, cloud.relay));
  const authorizer = { clientName: 'crm', actions: 'transfer:send transfer:read', tenants: 'all' };
  const event = {
    httpMethod: method,
    resource,
    headers: { 'Content-Type': 'application/json', 'Idempotency-Key': 'key-1' },
    requestContext: { requestId: 'r-1', authorizer },
    ...more,
  };
  return handler(event as unknown as APIGatewayProxyEvent, {} as never);
}

const post = (body: string) => call('POST', '/v1/transfers', { body });
const typeOf = ({ body }: APIGatewayProxyResult) => String(JSON.parse(body).type).split('/').at(-1);

it('answers a transfer with 202 and where it can be read', async () => {
  const answer = await post(JSON.stringify(BODY));
  expect(answer.statusCode).toBe(202);
  const view = JSON.parse(answer.body);
  expect(answer.headers?.location).toBe(`/v1/transfers/${view.transferId}`);
  const read = await call('GET', '/v1/transfers/{id}', { pathParameters: { id: view.transferId } });
  expect([read.statusCode, JSON.parse(read.body)]).toEqual([200, view]);
  expect(JSON.stringify(view)).not.toMatch(/payloadKey|subject/);
});

it('answers a denial with the decision and what made it, and repeats nothing of the payload', async () => {
  const answer = await post(JSON.stringify({ ...BODY, processorId: 'nobody' }));
  expect([answer.statusCode, typeOf(answer)]).toEqual([403, 'transfer-denied']);
  expect(JSON.parse(answer.body)).toMatchObject({
    decisionId: expect.stringMatching(/^td-/),
    decidedBy: [{ id: 'register.unknown-processor' }],
  });
  expect(answer.body + logged.join()).not.toMatch(/canary|Priya|98300/);
});

it.each([
  [
    'more bytes than the register lets through',
    JSON.stringify({ ...BODY, payload: { phone: 'x'.repeat(65_536) } }),
    413,
    'too-large',
  ],
  [
    'an unknown field beside the payload',
    JSON.stringify({ ...BODY, endpoint: 'https://evil.example' }),
    400,
    'bad-request',
  ],
  ['a payload that is a list', JSON.stringify({ ...BODY, payload: [] }), 400, 'bad-request'],
  ['a name twice', '{"tenantId":"a","tenantId":"b"}', 400, 'bad-request'],
  [
    'lists in lists without end',
    JSON.stringify({ ...BODY, payload: {} }).replace(
      '"payload":{}',
      `"payload":{"phone":${'['.repeat(30_000)}${']'.repeat(30_000)}}`,
    ),
    400,
    'bad-request',
  ],
])('refuses %s and writes nothing', async (_what, body, status, type) => {
  const answer = await post(body);
  expect([answer.statusCode, typeOf(answer)]).toEqual([status, type]);
  expect([cloud.table.requests, cloud.queue.size]).toEqual([[], 0]);
});

it('asks for an Idempotency-Key', async () => {
  const answer = await call('POST', '/v1/transfers', {
    body: JSON.stringify(BODY),
    headers: { 'content-type': 'application/json' },
  });
  expect([answer.statusCode, typeOf(answer)]).toEqual([400, 'idempotency-key-missing']);
});

it.each(['tr-1', 'td-00000000-0000-4000-8000-000000000000', '..', '', 'tr-00000000-0000-4000-8000-000000000000'])(
  'knows no transfer %j',
  async (id) => {
    expect((await call('GET', '/v1/transfers/{id}', { pathParameters: { id } })).statusCode).toBe(404);
  },
);
