import { ApiClient, ApiRefusal } from '../../../bin/cli/api';
import { EXIT } from '../../../bin/cli/exit';
import type { CreateBody } from '../../../lambda/erasure/model';
import { givenAnswer, givenView } from './support';

type Answer = () => Response | Promise<Response>;

function givenApi(...answers: Answer[]) {
  const sent: { url: string; init: RequestInit }[] = [];
  const tokens = ['first-token', 'second-token'];
  const api = new ApiClient({
    apiUrl: 'https://api.example/prod',
    token: async () => tokens.shift() ?? 'no-more',
    fetch: async (url, init) => {
      sent.push({ url: String(url), init: init ?? {} });
      const answer = answers.shift();
      if (answer === undefined) throw new Error('the test has no more answers');
      return answer();
    },
  });
  return { api, sent, header: (index: number, name: string) => new Headers(sent[index]?.init.headers).get(name) };
}

const body: CreateBody = {
  scope: 'tenant',
  tenantId: 'acme',
  reason: 'tenant-request',
  instruction: { by: 'u-1', role: 'tenant-admin', authentication: 'mfa', at: '2026-11-01T00:00:00Z' },
};

const problem = {
  type: 'https://digicrm.co.in/problems/conflict',
  title: 'The request is not in a state that allows this',
  status: 409,
  detail: 'Read the request again.',
  errors: [{ pointer: '/planHash', message: 'is of another plan' }],
};

describe('ApiClient', () => {
  it('sends the token and the idempotency key', async () => {
    const { api, sent, header } = givenApi(() => givenAnswer(202, givenView()));
    await expect(api.create(body, 'key-00000001')).resolves.toEqual(givenView());
    expect(sent[0]?.url).toBe('https://api.example/prod/v1/erasure-requests');
    expect(header(0, 'authorization')).toBe('Bearer first-token');
    expect(header(0, 'idempotency-key')).toBe('key-00000001');
    expect(JSON.parse(String(sent[0]?.init.body))).toEqual(body);
  });

  it('escapes ids in paths', async () => {
    const { api, sent } = givenApi(() => givenAnswer(200, givenView()));
    await api.get('../admin?x');
    expect(sent[0]?.url).toBe('https://api.example/prod/v1/erasure-requests/..%2Fadmin%3Fx');
  });

  it('gets a new token once when the old one is no longer taken', async () => {
    const { api, header } = givenApi(
      () => givenAnswer(401, { title: 'No valid access token', status: 401 }),
      () => givenAnswer(200, givenView()),
    );
    await api.get('er-1');
    expect(header(1, 'authorization')).toBe('Bearer second-token');
  });

  it('repeats the same call with the same key after a throttle and a broken connection', async () => {
    const { api, sent, header } = givenApi(
      () => givenAnswer(429, {}),
      () => Promise.reject(new TypeError('fetch failed')),
      () => givenAnswer(202, givenView()),
    );
    await api.create(body, 'key-00000001');
    expect(sent).toHaveLength(3);
    expect(header(2, 'idempotency-key')).toBe('key-00000001');
  });

  it('gives up with the exit code for unreachable', async () => {
    const { api } = givenApi(...Array.from({ length: 4 }, () => () => givenAnswer(503, {})));
    await expect(api.get('er-1')).rejects.toMatchObject({ exitCode: EXIT.unreachable });
  });

  it('reports a refusal with the title, the detail and the fields of the problem', async () => {
    const { api, sent } = givenApi(() => givenAnswer(409, problem, 'application/problem+json'));
    const refused = api.confirm('er-1', { planHash: 'a'.repeat(64), by: 'u-1' });
    await expect(refused).rejects.toThrow(ApiRefusal);
    await expect(refused).rejects.toMatchObject({
      exitCode: EXIT.refused,
      message: 'The request is not in a state that allows this. Read the request again. /planHash: is of another plan',
    });
    expect(sent).toHaveLength(1);
  });

  it('does not hide a failure of the token behind the API', async () => {
    const api = new ApiClient({
      apiUrl: 'https://api.example/prod',
      token: () => Promise.reject(new Error('no such client')),
      fetch: () => Promise.reject(new Error('must not be called')),
    });
    await expect(api.get('er-1')).rejects.toThrow('no such client');
  });

  it('hands over the certificate byte for byte', async () => {
    const bytes = Buffer.from('{"certificate":"\\u00e9 é"}  ');
    const { api } = givenApi(() => new Response(bytes, { status: 200 }));
    await expect(api.certificate('er-1')).resolves.toEqual(bytes);
  });

  it('leaves out query parameters that have no value', async () => {
    const { api, sent } = givenApi(() => givenAnswer(200, { items: [], nextCursor: null }));
    await api.list({ tenantId: 'a&b', status: undefined });
    expect(sent[0]?.url).toBe('https://api.example/prod/v1/erasure-requests?tenantId=a%26b');
  });
});
