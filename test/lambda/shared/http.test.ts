import type { APIGatewayProxyEvent, Context } from 'aws-lambda';
import * as fc from 'fast-check';
import * as z from 'zod';
import { createBodySchema } from '../../../lambda/erasure/model';
import { idempotencyKey, parseJsonBody, parseQuery, respond, withProblems } from '../../../lambda/shared/http';
import { conflict, PROBLEMS, ProblemError } from '../../../lambda/shared/problem';

const asked = {
  scope: 'subject',
  tenantId: 'tenant-a',
  subjectId: 'subject-1',
  reason: 'subject-request',
  instruction: { by: 'admin-1', role: 'tenant-admin', authentication: 'mfa', at: '2026-01-05T10:00:00Z' },
};

function eventWith(part: Partial<APIGatewayProxyEvent>): APIGatewayProxyEvent {
  return {
    headers: { 'Content-Type': 'application/json' },
    requestContext: { requestId: 'request-1' },
    ...part,
  } as APIGatewayProxyEvent;
}

function problemOf(act: () => unknown): ProblemError {
  try {
    act();
  } catch (error) {
    if (error instanceof ProblemError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

const refusalOf = (body: string, part: Partial<APIGatewayProxyEvent> = {}) =>
  problemOf(() => parseJsonBody(eventWith({ body, ...part }), createBodySchema));

describe('a JSON body', () => {
  it('is parsed when it fits the schema', () => {
    expect(parseJsonBody(eventWith({ body: JSON.stringify(asked) }), createBodySchema)).toEqual(asked);
  });

  it('may come in base64 and with a charset', () => {
    const event = eventWith({
      body: Buffer.from(JSON.stringify(asked)).toString('base64'),
      isBase64Encoded: true,
      headers: { 'content-type': 'application/json; charset=utf-8' },
    });
    expect(parseJsonBody(event, createBodySchema)).toEqual(asked);
  });

  it.each([
    ['plain', false],
    ['base64', true],
  ])('of 64 KiB is read and of one byte more is not (%s)', (_name, isBase64Encoded) => {
    // Two bytes of quotes; three bytes for each rupee sign: bytes count, not characters.
    const ofBytes = (n: number) => `"${'₹'.repeat(Math.floor((n - 2) / 3))}${'x'.repeat((n - 2) % 3)}"`;
    const parse = (n: number) => {
      const body = Buffer.from(ofBytes(n)).toString(isBase64Encoded ? 'base64' : 'utf8');
      return parseJsonBody(eventWith({ body, isBase64Encoded }), z.string());
    };
    expect(Buffer.byteLength(parse(65_536))).toBe(65_534);
    expect(problemOf(() => parse(65_537))).toMatchObject({ status: 413, type: 'too-large' });
  });

  it.each(['text/plain', 'application/jsonp', 'application/json+x', 'multipart/form-data', undefined])(
    'sent as %s is refused with 415',
    (type) => {
      const headers: Record<string, string> = type === undefined ? {} : { 'content-type': type };
      expect(refusalOf(JSON.stringify(asked), { headers })).toMatchObject({ status: 415 });
    },
  );

  it.each(['', '{', '{"scope":}', "{'scope':1}", '\ufeff{}', 'NaN', '{"scope":1}x'])(
    'that is not JSON is a 400: %j',
    (body) => {
      expect(refusalOf(body)).toMatchObject({ status: 400, type: 'bad-request', errors: undefined });
    },
  );

  it('that is not UTF-8 is a 400', () => {
    const body = Buffer.from([0x22, 0xff, 0x22]).toString('base64');
    expect(refusalOf(body, { isBase64Encoded: true })).toMatchObject({ status: 400 });
  });

  it.each([
    '{"scope":"tenant","scope":"subject"}',
    '{"scope":"tenant","\\u0073cope":"subject"}',
    '{"__proto__":{"dryRun":true}}',
    '{"a":[{"b":1,"b":2}]}',
  ])('that names a member twice or __proto__ is a 400: %s', (body) => {
    expect(problemOf(() => parseJsonBody(eventWith({ body }), z.unknown())).detail).toMatch(/once/);
  });

  it('may use one name in several objects, and names as values', () => {
    const body = '{"a":{"b":"a"},"c":[{"b":"b"},{"b":"{\\"b\\":"}],"b":"__proto__"}';
    expect(parseJsonBody(eventWith({ body }), z.unknown())).toEqual(JSON.parse(body));
  });

  it('of any JSON value is read as JSON.parse reads it', () =>
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        fc.pre(!JSON.stringify(value).includes('__proto__'));
        const body = JSON.stringify(value, null, 1);
        expect(parseJsonBody(eventWith({ body }), z.unknown())).toEqual(JSON.parse(body));
      }),
    ));

  it('with wrong fields is answered with a pointer for each', () => {
    const body = { ...asked, scope: 'everything', instruction: { ...asked.instruction, by: undefined }, reason: 7 };
    expect(refusalOf(JSON.stringify(body)).errors).toEqual([
      { pointer: '/scope', message: 'Invalid option: expected one of "tenant"|"subject"' },
      { pointer: '/reason', message: 'Invalid input: expected string, received number' },
      { pointer: '/instruction/by', message: 'Invalid input: expected string, received undefined' },
    ]);
  });

  it('with unknown fields is answered with the fields that are known', () => {
    const body = { ...asked, instruction: { ...asked.instruction, phone: '9830012345' } };
    expect(refusalOf(JSON.stringify(body)).errors).toEqual([
      { pointer: '/instruction', message: 'an unknown field; known are by, role, authentication, at' },
    ]);
  });

  it('is never repeated in the problem, neither its values nor its field names', () => {
    const canary = 'canary.priya@example.in';
    const bodies: unknown[] = [
      canary,
      [canary],
      { [canary]: 1 },
      { ...asked, [canary]: { [canary]: canary } },
      { ...asked, instruction: { ...asked.instruction, [canary]: canary } },
      ...Object.keys(asked).map((name) => ({ ...asked, [name]: canary })),
      ...Object.keys(asked.instruction).map((name) => ({
        ...asked,
        instruction: { ...asked.instruction, [name]: canary },
      })),
    ];
    for (const body of bodies) {
      const problem = refusalOf(JSON.stringify(body));
      expect(JSON.stringify([problem.message, problem.detail, problem.errors, problem.extra])).not.toContain(canary);
    }
  });
});

describe('a query', () => {
  const schema = z.strictObject({ tenantId: z.string(), cursor: z.string().optional() });

  it('is parsed when it fits the schema', () => {
    expect(parseQuery(eventWith({ queryStringParameters: { tenantId: 'a' } }), schema)).toEqual({ tenantId: 'a' });
  });

  it.each([
    ['missing', null, null],
    ['with an unknown parameter', { tenantId: 'a', tenant: 'b' }, null],
    ['with a parameter given twice', { tenantId: 'b' }, { tenantId: ['a', 'b'] }],
  ])('%s is a 400', (_name, queryStringParameters, multiValueQueryStringParameters) => {
    const event = eventWith({ queryStringParameters, multiValueQueryStringParameters });
    expect(problemOf(() => parseQuery(event, schema))).toMatchObject({ status: 400 });
  });
});

describe('an Idempotency-Key', () => {
  it('is read whatever the case of the header', () => {
    expect(idempotencyKey(eventWith({ headers: { 'IDEMPOTENCY-key': 'a1b2c3d4' } }))).toBe('a1b2c3d4');
  });

  it.each([undefined, '', 'x'.repeat(129), 'priya@example.in', 'with space'])('of %j is a 400', (key) => {
    const event = eventWith({ headers: key === undefined ? {} : { 'Idempotency-Key': key } });
    expect(problemOf(() => idempotencyKey(event))).toMatchObject({ status: 400, type: 'idempotency-key-missing' });
  });
});

describe('the wrapper of handlers', () => {
  const logged: unknown[] = [];
  const logger = {
    info: (...line: unknown[]) => void logged.push(line),
    error: (...line: unknown[]) => void logged.push(line),
  };
  const answerTo = (fn: () => Promise<never>) => withProblems(logger, fn)(eventWith({}), {} as Context);
  beforeEach(() => logged.splice(0));

  it('lets an answer through', async () => {
    const answer = respond(202, { id: 1 });
    expect(await withProblems(logger, async () => answer)(eventWith({}), {} as Context)).toBe(answer);
    expect(logged).toEqual([]);
  });

  it('turns a ProblemError into problem+json with the request id', async () => {
    const firstDeletionAt = '2026-01-05T10:00:00.000Z';
    const answer = await answerTo(async () => {
      throw conflict('Deletion has begun. Wait for the certificate.', { firstDeletionAt, status: 'no' });
    });
    expect(answer.statusCode).toBe(409);
    expect(answer.headers).toMatchObject({ 'content-type': 'application/problem+json' });
    expect(JSON.parse(answer.body)).toEqual({
      type: 'https://digicrm.co.in/problems/conflict',
      title: PROBLEMS.conflict.title,
      status: 409,
      detail: 'Deletion has begun. Wait for the certificate.',
      requestId: 'request-1',
      firstDeletionAt,
    });
  });

  it('turns any other error into a 500 that tells and logs nothing of its message', async () => {
    const canary = 'canary Priya Sen\n    at priya (9830012345:1:1)';
    const answer = await answerTo(async () => {
      throw Object.assign(new TypeError(canary, { cause: new Error(canary) }), { code: 'E_X' });
    });
    expect(answer.statusCode).toBe(500);
    expect(JSON.parse(answer.body)).toMatchObject({
      type: 'https://digicrm.co.in/problems/internal',
      requestId: 'request-1',
    });
    expect(logged).toEqual([
      [
        'request failed',
        {
          requestId: 'request-1',
          error: expect.objectContaining({
            name: 'TypeError',
            code: 'E_X',
            cause: expect.objectContaining({ name: 'Error' }),
          }),
        },
      ],
    ]);
    expect(JSON.stringify(logged)).toContain('http.test.ts');
    expect(answer.body + JSON.stringify(logged)).not.toMatch(/canary|Priya|priya|98300/);
  });

  it('survives a throw that is no error', async () => {
    const answer = await answerTo(() => Promise.reject('canary'));
    expect(answer.statusCode).toBe(500);
    expect(JSON.stringify(logged)).not.toContain('canary');
  });
});
