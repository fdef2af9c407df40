import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { ENV } from '../../lambda/shared/names';
import type { AppStage } from '../stage';
import type { ApiClients } from './api-clients';
import { API_TIMEOUT, ComplianceFunction, type FunctionDefaults } from './compliance-function';

/** Properties of an Authorizer. */
export interface AuthorizerProps {
  /** What all functions have in common. */
  readonly defaults: FunctionDefaults;
  /** Who may call. */
  readonly clients: ApiClients;
  /** The deployment this function belongs to. */
  readonly stage: AppStage;
}

/** Decides from a bearer token who is calling. */
export class Authorizer extends ComplianceFunction {
  constructor(scope: Construct, id: string, { defaults, clients, stage }: AuthorizerProps) {
    super(scope, id, {
      ...defaults,
      // Tokens are of this moment, whatever day a demonstration stands in.
      clockFile: undefined,
      entry: 'access/authorizer.handler.ts',
      description: 'Decides from a bearer token which client is calling and what it may do',
      timeout: API_TIMEOUT,
      // It holds no data and calls no service: it fetches public keys, which no endpoint serves.
      reach: 'token-issuer',
      environment: {
        [ENV.userPoolId]: clients.userPoolId,
        [ENV.clientNames]: Stack.of(scope).toJsonString(clients.names),
        ...(stage.local && {
          [ENV.jwksUri]: `${stage.local.endpoint}/${clients.userPoolId}/.well-known/jwks.json`,
        }),
      },
    });
  }
}
