import { Logger } from '@aws-lambda-powertools/logger';
import type { APIGatewayAuthorizerEvent, APIGatewayAuthorizerResult } from 'aws-lambda';
import * as z from 'zod';
import { ENV } from '../shared/names';
import { registerFromBundle } from '../shared/register';
import { type AuthorizerPorts, authorize } from './authorizer';
import { cognitoTokenVerifier } from './token-verifier';

const env = z
  .object({
    [ENV.stage]: z.string().min(1),
    [ENV.userPoolId]: z.string().min(1),
    [ENV.clientNames]: z.string().transform((json) => z.record(z.string(), z.string()).parse(JSON.parse(json))),
    [ENV.jwksUri]: z.url({ protocol: /^https?$/ }).optional(),
  })
  .parse(process.env);

const logger = new Logger({ serviceName: 'authorizer' });
const clientNames = new Map(Object.entries(env[ENV.clientNames]));

const ports: AuthorizerPorts = {
  verifyToken: cognitoTokenVerifier({
    userPoolId: env[ENV.userPoolId],
    clientIds: [...clientNames.keys()],
    jwksUri: env[ENV.jwksUri],
  }),
  register: registerFromBundle(),
  stage: env[ENV.stage],
  clientNames,
  onRefusal: (reason) => {
    // These two are our own trouble: every client is locked out while they last.
    const level = reason === 'keys unavailable' || reason === 'error in the authorizer' ? 'error' : 'info';
    logger[level]('token refused', { reason });
  },
};

/** Lambda authorizer of the API, for TOKEN and REQUEST events. */
export const handler = (event: APIGatewayAuthorizerEvent): Promise<APIGatewayAuthorizerResult> =>
  authorize(event, ports);
