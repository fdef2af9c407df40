import {
  CognitoIdentityProviderClient,
  DescribeUserPoolClientCommand,
  paginateListUserPoolClients,
} from '@aws-sdk/client-cognito-identity-provider';
import * as z from 'zod';
import { clientConfig } from './aws';
import type { CloudOutputs } from './outputs';

type Pool = Pick<CloudOutputs, 'region' | 'endpoint' | 'userPoolId'>;

/** An API client as Cognito knows it, without its secret. */
export interface PoolClient {
  readonly id: string;
  readonly name: string;
}

/** The API clients of the user pool; their names are those of policies/clients.yaml. */
export async function listClients(pool: Pool): Promise<PoolClient[]> {
  const client = new CognitoIdentityProviderClient(clientConfig(pool));
  const found: PoolClient[] = [];
  for await (const page of paginateListUserPoolClients({ client, pageSize: 60 }, { UserPoolId: pool.userPoolId }))
    for (const { ClientId: id, ClientName: name } of page.UserPoolClients ?? [])
      if (id !== undefined && name !== undefined) found.push({ id, name });
  return found;
}

/** Id and secret of an API client. The secret stays in memory. */
export interface ClientCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** Asks Cognito, as the operator, for a client's id and secret; null when there is no such client. */
export async function clientCredentials(pool: Pool, name: string): Promise<ClientCredentials | null> {
  const known = (await listClients(pool)).find((each) => each.name === name);
  if (known === undefined) return null;
  const client = new CognitoIdentityProviderClient(clientConfig(pool));
  const answer = await client.send(
    new DescribeUserPoolClientCommand({ UserPoolId: pool.userPoolId, ClientId: known.id }),
  );
  const clientSecret = answer.UserPoolClient?.ClientSecret;
  if (clientSecret === undefined) throw new Error(`the client ${name} has no secret`);
  return { clientId: known.id, clientSecret };
}

const tokenSchema = z.object({ access_token: z.string(), expires_in: z.number(), token_type: z.string() });
export type Token = z.infer<typeof tokenSchema>;

/** Gets an access token with the client-credentials grant. */
export async function requestToken(tokenEndpoint: string, credentials: ClientCredentials): Promise<Token> {
  const basic = Buffer.from(`${credentials.clientId}:${credentials.clientSecret}`).toString('base64');
  const answer = await fetch(tokenEndpoint, {
    method: 'POST',
    headers: { authorization: `Basic ${basic}`, 'content-type': 'application/x-www-form-urlencoded' },
    body: 'grant_type=client_credentials',
    signal: AbortSignal.timeout(15_000),
  });
  if (!answer.ok) throw new Error(`the token endpoint answered ${answer.status}`);
  return tokenSchema.parse(await answer.json());
}
