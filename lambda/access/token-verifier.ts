import { CognitoJwtVerifier } from 'aws-jwt-verify';
import * as errors from 'aws-jwt-verify/error';
import type { Fetcher } from 'aws-jwt-verify/https';
import { SimpleJwksCache } from 'aws-jwt-verify/jwk';
import { type AccessToken, type RefusalReason, TokenRefused } from './authorizer';

/** Milliseconds for one try to fetch the pool's keys; API Gateway waits for the authorizer. */
const FETCH_TIMEOUT = 3_000;

/**
 * Verifies access tokens of one Cognito user pool: signature, issuer, expiry, `token_use` and client.
 * The pool's keys are fetched on first use and kept; an unknown key id is looked up again, at most
 * every ten seconds. `jwksUri` replaces the pool's address where the issuer is not on the internet.
 */
export function cognitoTokenVerifier(options: {
  readonly userPoolId: string;
  readonly clientIds: readonly string[];
  readonly jwksUri?: string;
}): (token: string) => Promise<AccessToken> {
  const { userPoolId, clientIds, jwksUri } = options;
  const verifier = CognitoJwtVerifier.create(
    {
      userPoolId,
      tokenUse: 'access',
      clientId: [...clientIds],
      customJwtCheck: ({ header, payload }) => {
        // Cognito signs with RS256 and nothing else, and the library lets a token without expiry live for ever.
        if (header.alg !== 'RS256') throw new TokenRefused('wrong signature or algorithm');
        if (typeof payload.exp !== 'number') throw new TokenRefused('expired or not valid yet');
      },
    },
    jwksUri === undefined ? undefined : { jwksCache: new SimpleJwksCache({ fetcher: fetcherOf(jwksUri) }) },
  );
  return async (token) => {
    const claims = await verifier.verify(token).catch((cause: unknown) => {
      throw cause instanceof TokenRefused ? cause : new TokenRefused(reasonOf(cause), { cause });
    });
    // The library checks the client, but takes it on trust that there is a scope.
    const scope: unknown = claims.scope;
    return { clientId: claims.client_id, scopes: typeof scope === 'string' ? scope.split(' ') : [] };
  };
}

/** Kinds of refusal by the library's error classes, whose names do not survive minifying. */
const REASONS: readonly [RefusalReason, ...(abstract new (...args: never[]) => Error)[]][] = [
  ['expired or not valid yet', errors.JwtExpiredError, errors.JwtNotBeforeError],
  // A verifier of several issuers, as this one is, reports an unknown one as a wrong parameter.
  ['other issuer', errors.JwtInvalidIssuerError, errors.ParameterValidationError],
  ['other client', errors.CognitoJwtInvalidClientIdError],
  ['no access token', errors.CognitoJwtInvalidTokenUseError],
  ['wrong signature or algorithm', errors.JwtInvalidSignatureError, errors.JwtInvalidSignatureAlgorithmError],
  ['unknown key', errors.KidNotFoundInJwksError, errors.WaitPeriodNotYetEndedJwkError, errors.JwtWithoutValidKidError],
  ['keys unavailable', errors.FetchError, errors.JwksValidationError, errors.JwkValidationError],
  ['malformed token', errors.JwtBaseError],
];

function reasonOf(error: unknown): RefusalReason {
  const known = REASONS.find(([, ...classes]) => classes.some((type) => error instanceof type));
  return known?.[0] ?? 'error in the authorizer';
}

/** Fetches from one address whatever the issuer's would be; unlike the library's own, also over http. */
function fetcherOf(jwksUri: string): Fetcher {
  const once = async () => {
    const answer = await fetch(jwksUri, { signal: AbortSignal.timeout(FETCH_TIMEOUT), redirect: 'error' }).catch(
      (cause: unknown) => {
        throw new errors.FetchError(jwksUri, cause);
      },
    );
    if (!answer.ok) throw new errors.FetchError(jwksUri, `status ${answer.status}`);
    return answer.arrayBuffer();
  };
  return { fetch: () => once().catch(once) };
}
