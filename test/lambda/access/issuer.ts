import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export const USER_POOL_ID = 'ap-south-1_Ab12Cd34E';
export const ISSUER = `https://cognito-idp.ap-south-1.amazonaws.com/${USER_POOL_ID}`;

export interface SigningPair {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

export function rsaPair(kid: string): SigningPair {
  return { kid, ...generateKeyPairSync('rsa', { modulusLength: 2048 }) };
}

/** Claims of an access token as Cognito issues it for client credentials. */
export function accessClaims(change: Record<string, unknown> = {}): Record<string, unknown> {
  const now = Math.floor(Date.now() / 1000);
  return {
    sub: 'client-id-crm',
    token_use: 'access',
    scope: 'digicrm/erasure.request digicrm/erasure.read',
    auth_time: now,
    iss: ISSUER,
    exp: now + 3600,
    iat: now,
    version: 2,
    jti: '6a1f7a0e-0000-4000-8000-000000000000',
    client_id: 'client-id-crm',
    ...change,
  };
}

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

export function rs256(pair: SigningPair, claims: object, header: object = {}): string {
  const signed = `${part({ alg: 'RS256', kid: pair.kid, ...header })}.${part(claims)}`;
  return `${signed}.${sign('sha256', Buffer.from(signed), pair.privateKey).toString('base64url')}`;
}

/** The classic confusion: the public key taken for an HMAC secret. */
export function hs256WithPublicKey(pair: SigningPair, claims: object): string {
  const signed = `${part({ alg: 'HS256', kid: pair.kid })}.${part(claims)}`;
  const secret = pair.publicKey.export({ format: 'pem', type: 'spki' });
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

export interface JwksServer {
  readonly uri: string;
  /** Keys that the server publishes from now on. */
  publish(pairs: readonly SigningPair[]): void;
  /** Status codes of the next answers, before it answers 200 again. */
  fail(...statuses: number[]): void;
  readonly requests: () => number;
  close(): Promise<void>;
}

/** Publishes keys on loopback, over http, as an emulator does. */
export async function jwksServer(): Promise<JwksServer> {
  let keys: object[] = [];
  let failures: number[] = [];
  let requests = 0;
  const server: Server = createServer((_request, response) => {
    requests++;
    response.statusCode = failures.shift() ?? 200;
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    uri: `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys.json`,
    publish: (pairs) => {
      keys = pairs.map(({ kid, publicKey }) => ({
        ...publicKey.export({ format: 'jwk' }),
        kid,
        use: 'sig',
        alg: 'RS256',
      }));
    },
    fail: (...statuses) => {
      failures = statuses;
    },
    requests: () => requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
