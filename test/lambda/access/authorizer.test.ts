import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { APIGatewayAuthorizerEvent, APIGatewayAuthorizerResult } from 'aws-lambda';
import { type AuthorizerPorts, authorize, type RefusalReason } from '../../../lambda/access/authorizer';
import { parseCaller } from '../../../lambda/access/caller';
import { tokenScope } from '../../../lambda/access/scopes';
import { cognitoTokenVerifier } from '../../../lambda/access/token-verifier';
import { ENV, REGISTER_FILE } from '../../../lambda/shared/names';
import { loadRegister } from '../../../policies/load';
import { bundledRegister } from '../../../policies/register';
import { type Action, actions } from '../../../policies/schema';
import {
  accessClaims,
  hs256WithPublicKey,
  ISSUER,
  type JwksServer,
  jwksServer,
  rs256,
  rsaPair,
  USER_POOL_ID,
} from './issuer';

const register = loadRegister();
const clientNames = new Map([
  ['client-id-crm', 'crm'],
  ['client-id-sandbox', 'sandbox'],
  ['client-id-nobody', 'nobody'],
]);
const methodArn = 'arn:aws:execute-api:ap-south-1:111122223333:abc123/prod/POST/v1/erasure-requests';
const pair = rsaPair('key-1');
const refusals: string[] = [];
let jwks: JwksServer;
let verifyToken: AuthorizerPorts['verifyToken'];

beforeAll(async () => {
  jwks = await jwksServer();
  jwks.publish([pair]);
});
afterAll(() => jwks.close());
beforeEach(() => {
  refusals.splice(0);
  verifyToken = cognitoTokenVerifier({
    userPoolId: USER_POOL_ID,
    clientIds: [...clientNames.keys()],
    jwksUri: jwks.uri,
  });
});

const tokenEvent = (authorizationToken: string): APIGatewayAuthorizerEvent => ({
  type: 'TOKEN',
  methodArn,
  authorizationToken,
});

const answerTo = (event: APIGatewayAuthorizerEvent, stage = 'local') =>
  authorize(event, { verifyToken, register, stage, clientNames, onRefusal: (reason) => refusals.push(reason) });

const withToken = (token: string, stage?: string) => answerTo(tokenEvent(`Bearer ${token}`), stage);

const effectOf = (answer: APIGatewayAuthorizerResult) => answer.policyDocument.Statement.map((s) => s.Effect);

test('a valid token opens all methods of the API and tells them who calls', async () => {
  const answer = await withToken(rs256(pair, accessClaims()));
  expect(answer).toMatchObject({
    principalId: 'crm',
    policyDocument: {
      Statement: [{ Effect: 'Allow', Resource: 'arn:aws:execute-api:ap-south-1:111122223333:abc123/prod/*' }],
    },
  });
  const ofDesk: readonly Action[] = ['transfer:restrict', 'disclosure:evidence'];
  const ofCrm = actions.filter((action) => !action.startsWith('hold:') && !ofDesk.includes(action));
  expect(parseCaller(answer.context)).toEqual({ clientName: 'crm', actions: ofCrm, tenants: 'all' });
});

test('a REQUEST event works as a TOKEN event does, whatever the case of the header', async () => {
  const token = rs256(pair, accessClaims());
  const event = { type: 'REQUEST', methodArn, headers: { authorization: `bearer ${token}` } } as unknown;
  expect(await answerTo(event as APIGatewayAuthorizerEvent)).toEqual(await withToken(token));
});

test('the register limits a client to its tenants', async () => {
  const answer = await withToken(rs256(pair, accessClaims({ client_id: 'client-id-sandbox' })));
  expect(parseCaller(answer.context).tenants).toEqual(['sandbox-1', 'sandbox-2']);
});

describe('401 for', () => {
  const past = Math.floor(Date.now() / 1000) - 1;
  const forger = rsaPair('key-1');
  const unknownKey = rsaPair('key-unknown');
  const otherPool = 'https://cognito-idp.ap-south-1.amazonaws.com/ap-south-1_Zz99Yy88X';

  it.each<[string, RefusalReason, () => string]>([
    ['an expired token', 'expired or not valid yet', () => rs256(pair, accessClaims({ exp: past }))],
    ['a token without expiry', 'expired or not valid yet', () => rs256(pair, accessClaims({ exp: undefined }))],
    ['a token that is not valid yet', 'expired or not valid yet', () => rs256(pair, accessClaims({ nbf: past + 600 }))],
    ['a token forged under a known key id', 'wrong signature or algorithm', () => rs256(forger, accessClaims())],
    ['a token of an unknown key', 'unknown key', () => rs256(unknownKey, accessClaims())],
    ['a token of another pool', 'other issuer', () => rs256(pair, accessClaims({ iss: otherPool }))],
    [
      'a token of another issuer',
      'other issuer',
      () => rs256(pair, accessClaims({ iss: ISSUER.replace('ap-south-1', 'eu-west-1') })),
    ],
    ['a token of another client', 'other client', () => rs256(pair, accessClaims({ client_id: 'client-id-other' }))],
    ['an id token', 'no access token', () => rs256(pair, accessClaims({ token_use: 'id', aud: 'client-id-crm' }))],
    ['a token without token_use', 'no access token', () => rs256(pair, accessClaims({ token_use: undefined }))],
    [
      'algorithm none, signature kept',
      'wrong signature or algorithm',
      () => rs256(pair, accessClaims(), { alg: 'none' }),
    ],
    [
      'algorithm none, no signature',
      'no bearer token',
      () => rs256(pair, accessClaims(), { alg: 'none' }).replace(/[^.]+$/, ''),
    ],
    [
      'the public key used as an HMAC secret',
      'wrong signature or algorithm',
      () => hs256WithPublicKey(pair, accessClaims()),
    ],
    ['another RSA algorithm', 'wrong signature or algorithm', () => rs256(pair, accessClaims(), { alg: 'RS512' })],
    ['a tampered claim', 'wrong signature or algorithm', () => tampered(rs256(pair, accessClaims()))],
    ['a cut signature', 'wrong signature or algorithm', () => rs256(pair, accessClaims()).slice(0, -4)],
    [
      'a client that the register does not have',
      'client not in the register',
      () => rs256(pair, accessClaims({ client_id: 'client-id-nobody' })),
    ],
    ['no token', 'no bearer token', () => ''],
    ['words', 'no bearer token', () => 'let me in'],
  ])('%s', async (_name, reason, makeToken) => {
    await expect(withToken(makeToken())).rejects.toThrow(/^Unauthorized$/);
    expect(refusals).toEqual([reason]);
  });

  it.each(['', 'Basic YTpi', 'Bearer', 'Bearer  a.b.c', 'Bearer a.b.c,Bearer d.e.f'])(
    'the header %j',
    async (value) => {
      await expect(answerTo(tokenEvent(value))).rejects.toThrow(/^Unauthorized$/);
    },
  );

  it('a REQUEST event without headers', async () => {
    const event = { type: 'REQUEST', methodArn, headers: null } as unknown;
    await expect(answerTo(event as APIGatewayAuthorizerEvent)).rejects.toThrow(/^Unauthorized$/);
  });

  it('a client that does not exist in this stage', async () => {
    const token = rs256(pair, accessClaims({ client_id: 'client-id-sandbox' }));
    await expect(withToken(token, 'prod')).rejects.toThrow(/^Unauthorized$/);
  });
});

function tampered(token: string): string {
  const [head, , signature] = token.split('.');
  return `${head}.${Buffer.from(JSON.stringify(accessClaims({ client_id: 'client-id-sandbox' }))).toString('base64url')}.${signature}`;
}

describe('where the stage has token scopes', () => {
  const inProd = (scope: string | undefined) => withToken(rs256(pair, accessClaims({ scope })), 'prod');

  it('a client may do what both the register and the token grant', async () => {
    const answer = await inProd('digicrm/erasure.read digicrm/erasure.cancel other/erasure.request');
    expect(parseCaller(answer.context).actions).toEqual(['erasure:read', 'erasure:cancel']);
    expect(effectOf(answer)).toEqual(['Allow']);
  });

  it.each([undefined, '', 'digicrm', 'erasure.read', 'digicrm/erasure:read', 'xdigicrm/erasure.readx'])(
    'a token with the scope %j is denied',
    async (scope) => {
      const answer = await inProd(scope);
      expect(effectOf(answer)).toEqual(['Deny']);
      expect(parseCaller(answer.context).actions).toEqual([]);
    },
  );

  it('each action has a scope of its own', () => {
    expect(new Set(actions.map((action: Action) => tokenScope(action))).size).toBe(actions.length);
    expect(tokenScope('erasure:read')).toBe('digicrm/erasure.read');
  });
});

test('where it has none, the scope does not matter', async () => {
  expect(effectOf(await withToken(rs256(pair, accessClaims({ scope: undefined }))))).toEqual(['Allow']);
});

describe("the pool's keys", () => {
  it('are fetched once for many tokens, also for those that come at the same time', async () => {
    const before = jwks.requests();
    const token = rs256(pair, accessClaims());
    await Promise.all([withToken(token), withToken(token), withToken(token)]);
    await withToken(rs256(pair, accessClaims()));
    expect(jwks.requests() - before).toBe(1);
  });

  it('are fetched again when the pool rotates them', async () => {
    const next = rsaPair('key-2');
    await withToken(rs256(pair, accessClaims()));
    jwks.publish([pair, next]);
    expect(effectOf(await withToken(rs256(next, accessClaims())))).toEqual(['Allow']);
    jwks.publish([pair]);
  });

  it('are not fetched again and again for tokens of unknown keys', async () => {
    const before = jwks.requests();
    for (const kid of ['a', 'b', 'c']) await withToken(rs256({ ...pair, kid }, accessClaims())).catch(() => undefined);
    expect(jwks.requests() - before).toBe(1);
  });

  it('are asked for twice before a token is refused, and are asked for again with the next token', async () => {
    const token = rs256(pair, accessClaims());
    jwks.fail(503);
    expect(effectOf(await withToken(token))).toEqual(['Allow']);

    verifyToken = cognitoTokenVerifier({
      userPoolId: USER_POOL_ID,
      clientIds: [...clientNames.keys()],
      jwksUri: jwks.uri,
    });
    jwks.fail(503, 503);
    await expect(withToken(token)).rejects.toThrow(/^Unauthorized$/);
    expect(effectOf(await withToken(token))).toEqual(['Allow']);
  });
});

test('the function reads its register, clients and keys from its environment', async () => {
  const bundle = mkdtempSync(join(tmpdir(), 'bundle-'));
  const before = { ...process.env };
  const written = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  try {
    writeFileSync(join(bundle, REGISTER_FILE), JSON.stringify(bundledRegister(register)));
    Object.assign(process.env, {
      LAMBDA_TASK_ROOT: bundle,
      [ENV.stage]: 'local',
      [ENV.userPoolId]: USER_POOL_ID,
      [ENV.clientNames]: JSON.stringify(Object.fromEntries(clientNames)),
      [ENV.jwksUri]: jwks.uri,
    });
    const { handler } = jest.requireActual<typeof import('../../../lambda/access/authorizer.handler')>(
      '../../../lambda/access/authorizer.handler',
    );
    const token = rs256(pair, accessClaims());
    expect(effectOf(await handler(tokenEvent(`Bearer ${token}`)))).toEqual(['Allow']);

    await expect(handler(tokenEvent(`Bearer ${tampered(token)}`))).rejects.toThrow(/^Unauthorized$/);
    const lines = written.mock.calls.flat().join('\n');
    expect(lines).toContain('"reason":"wrong signature or algorithm"');
    for (const secret of token.split('.')) expect(lines).not.toContain(secret);
  } finally {
    written.mockRestore();
    process.env = before;
    rmSync(bundle, { recursive: true });
  }
});
