import type { APIGatewayAuthorizerEvent, APIGatewayAuthorizerResult } from 'aws-lambda';
import { clientByName } from '../../policies/register';
import type { BundledRegister } from '../../policies/schema';
import { header } from '../shared/http';
import { toContext } from './caller';
import { tokenScope } from './scopes';

/** What a verified access token says. */
export interface AccessToken {
  readonly clientId: string;
  /** OAuth scopes, e.g. `digicrm/erasure.read`. */
  readonly scopes: readonly string[];
}

export interface AuthorizerPorts {
  /** Returns what the token says; throws TokenRefused unless it is a valid access token of a known client. */
  readonly verifyToken: (token: string) => Promise<AccessToken>;
  readonly register: BundledRegister;
  readonly stage: string;
  /** Client id of the user pool to client name of policies/clients.yaml. */
  readonly clientNames: ReadonlyMap<string, string>;
  /** Told why a token was refused; the caller is not. */
  readonly onRefusal: (reason: RefusalReason) => void;
}

export type RefusalReason =
  | 'no bearer token'
  | 'malformed token'
  | 'expired or not valid yet'
  | 'other issuer'
  | 'other client'
  | 'no access token'
  | 'wrong signature or algorithm'
  | 'unknown key'
  | 'keys unavailable'
  | 'client not in the register'
  | 'error in the authorizer';

/** A token that is not accepted, and why. */
export class TokenRefused extends Error {
  constructor(
    readonly reason: RefusalReason,
    options?: ErrorOptions,
  ) {
    super(reason, options);
  }
}

/** API Gateway answers 401 for exactly this message, and 500 for any other. */
export class Unauthorized extends Error {
  constructor() {
    super('Unauthorized');
  }
}

/**
 * Decides who calls. What a client may do stands in the register; where the stage has token scopes,
 * the token must grant the action as well. Throws Unauthorized unless the token is valid and its
 * client exists in this stage; a client that may do nothing gets a Deny (403).
 */
export async function authorize(
  event: APIGatewayAuthorizerEvent,
  ports: AuthorizerPorts,
): Promise<APIGatewayAuthorizerResult> {
  try {
    return await decide(event, ports);
  } catch (error) {
    ports.onRefusal(error instanceof TokenRefused ? error.reason : 'error in the authorizer');
    throw new Unauthorized();
  }
}

async function decide(event: APIGatewayAuthorizerEvent, ports: AuthorizerPorts): Promise<APIGatewayAuthorizerResult> {
  const token = await ports.verifyToken(bearerToken(event));
  const client = clientOf(token, ports);
  // A stage that the register does not know gets the stricter rule.
  const needsScope = ports.register.stages.stages[ports.stage]?.switches.tokenScopes.enabled ?? true;
  const actions = client.actions.filter((action) => !needsScope || token.scopes.includes(tokenScope(action)));
  const context = toContext({ clientName: client.name, actions, tenants: client.tenants });
  return {
    principalId: client.name,
    policyDocument: {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: actions.length > 0 ? 'Allow' : 'Deny',
          Action: 'execute-api:Invoke',
          Resource: allMethodsOf(event.methodArn),
        },
      ],
    },
    context,
  };
}

function clientOf(token: AccessToken, { register, stage, clientNames }: AuthorizerPorts) {
  const name = clientNames.get(token.clientId);
  const client = name === undefined ? undefined : clientByName(register, name);
  if (client === undefined || !client.stages.includes(stage)) throw new TokenRefused('client not in the register');
  return client;
}

function bearerToken(event: APIGatewayAuthorizerEvent): string {
  const value = event.type === 'TOKEN' ? event.authorizationToken : header(event, 'authorization');
  const [, token] = /^Bearer ([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+)$/i.exec(value ?? '') ?? [];
  if (token === undefined) throw new TokenRefused('no bearer token');
  return token;
}

/** `arn:aws:execute-api:<region>:<account>:<api>/<stage>/GET/v1/x` without the method and path. */
function allMethodsOf(methodArn: string): string {
  const [api, stage] = methodArn.split('/');
  if (!api || !stage) throw new Error('not the ARN of a method');
  return `${api}/${stage}/*`;
}
