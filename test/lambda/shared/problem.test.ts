import * as problems from '../../../lambda/shared/problem';

const made = [
  problems.badRequest([]),
  problems.idempotencyKeyMissing(),
  problems.unauthorised(),
  problems.forbidden(),
  problems.transferDenied('td-1', [{ id: 'never.health-data', statement: 'No health data goes.', citation: 's.8(4)' }]),
  problems.notFound(),
  problems.methodNotAllowed(['GET']),
  problems.conflict('Read the request again.'),
  problems.idempotencyConflict(),
  problems.notReady(),
  problems.tooLarge(1024),
  problems.unsupportedMediaType(),
  problems.unprocessable('Name a known reason.'),
  problems.tooManyRequests(),
  problems.internal(),
  problems.unavailable(),
];

test('every problem of the catalogue has a factory, but for that of the web ACL, which runs before any function', () => {
  const types = made.map((problem) => problem.type);
  expect(new Set([...types, 'blocked'])).toEqual(new Set(Object.keys(problems.PROBLEMS)));
});

test('a denied transfer says in which decision and by which policies it was denied', () => {
  const denied = [{ id: 'never.health-data', statement: 'No health data goes.', citation: 's.8(4)' }];
  const { statusCode, body } = problems.problemResponse(problems.transferDenied('td-1', denied), 'r-1');
  expect(statusCode).toBe(403);
  expect(JSON.parse(body)).toMatchObject({ decisionId: 'td-1', decidedBy: denied, requestId: 'r-1' });
});

test.each(made)('$type says as problem+json what to do next', (problem) => {
  const answer = problems.problemResponse(problem, 'request-1');
  const body = problems.problemSchema.parse(JSON.parse(answer.body));
  expect(answer.statusCode).toBe(body.status);
  expect(body.type).toBe(`https://digicrm.co.in/problems/${problem.type}`);
  expect(body.detail).toMatch(/^[A-Z].+\.$/);
});

test('a 401 names the scheme, a 405 the methods and a 429 the wait', () => {
  const headersOf = (problem: problems.ProblemError) => problems.problemResponse(problem, 'r').headers;
  expect(headersOf(problems.unauthorised())).toHaveProperty('www-authenticate', 'Bearer');
  expect(headersOf(problems.methodNotAllowed(['GET', 'POST']))).toHaveProperty('allow', 'GET, POST');
  expect(headersOf(problems.tooManyRequests())).toHaveProperty('retry-after');
});

test('a JSON pointer escapes the characters of RFC 6901', () => {
  expect(problems.jsonPointer([])).toBe('');
  expect(problems.jsonPointer(['a/b', 0, 'm~n'])).toBe('/a~1b/0/m~0n');
});
