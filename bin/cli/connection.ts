import { existsSync, readFileSync } from 'node:fs';
import { type CloudOutputs, cloudOutputsSchema, outputsFromStacks } from '../local/outputs';
import { OUTPUTS_FILE } from '../local/paths';
import { clientCredentials, requestToken, type Token } from '../local/tokens';
import { ApiClient } from './api';
import { CliError, EXIT } from './exit';

/** Options that say which deployment a command talks to; every command has them. */
export interface ConnectionOptions {
  readonly outputs?: string;
  readonly apiUrl?: string;
  readonly endpoint?: string;
  readonly client?: string;
}

type Env = Readonly<Record<string, string | undefined>>;

/** What is known of a deployment: all of it from an outputs file, parts of it from the environment. */
export type Connection = Partial<CloudOutputs> & { readonly client: string; readonly env: Env };

function readJson(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new CliError(EXIT.usage, `Cannot read ${file}: give the outputs file of the deployment.`, { cause });
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new CliError(EXIT.usage, `${file} is not JSON: give the file that cdk deploy --outputs-file wrote.`, {
      cause,
    });
  }
}

function fromFile(file: string, endpoint: string | null): CloudOutputs {
  const content = readJson(file);
  const local = cloudOutputsSchema.safeParse(content);
  if (local.success) return local.data;
  try {
    return outputsFromStacks(content, endpoint);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.split('\n')[0] : '';
    throw new CliError(EXIT.usage, `${file} is no outputs file of this app: ${why}`, { cause });
  }
}

/** Without the keys that have no value, so that they do not cover what a file says. */
function given<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined && value !== ''),
  ) as Partial<T>;
}

/**
 * Finds the deployment: options win over the environment, the environment over a file.
 * The file is the one of `--outputs`, else `.local/outputs.json` of a running local cloud.
 */
export function connect(options: ConnectionOptions, env: Env = process.env, localFile = OUTPUTS_FILE): Connection {
  const endpoint = options.endpoint ?? env.DIGICRM_ENDPOINT;
  const file = options.outputs ?? env.DIGICRM_OUTPUTS ?? (existsSync(localFile) ? localFile : undefined);
  const known: Partial<CloudOutputs> = file === undefined ? {} : fromFile(file, endpoint ?? null);
  const region = env.DIGICRM_REGION ?? known.region ?? 'ap-south-1';
  const apiUrl = (options.apiUrl ?? env.DIGICRM_API_URL)?.replace(/\/+$/, '');
  return {
    ...known,
    ...given({
      apiUrl,
      endpoint: endpoint?.replace(/\/+$/, ''),
      userPoolId: env.DIGICRM_USER_POOL_ID,
      tokenEndpoint: env.DIGICRM_TOKEN_ENDPOINT,
      signingKeyId: env.DIGICRM_SIGNING_KEY_ID,
    }),
    region,
    client: options.client ?? env.DIGICRM_CLIENT ?? 'crm',
    env,
  };
}

const WHERE = 'start one with npm run local, or name one with --outputs FILE';

/** The value, or an error that says how to give it. */
export function need<K extends keyof CloudOutputs>(connection: Connection, key: K): NonNullable<CloudOutputs[K]> {
  const value = connection[key];
  if (value === undefined || value === null)
    throw new CliError(EXIT.usage, `No deployment is known (${key} is missing): ${WHERE}.`);
  return value as NonNullable<CloudOutputs[K]>;
}

/** Gets a token for the connection's client, with its secret from Cognito or from the environment. */
export async function fetchToken(connection: Connection): Promise<Token> {
  const { env, client, region, endpoint = null } = connection;
  const { DIGICRM_CLIENT_ID: clientId, DIGICRM_CLIENT_SECRET: clientSecret } = env;
  const tokenEndpoint = need(connection, 'tokenEndpoint');
  if (clientId && clientSecret) return requestToken(tokenEndpoint, { clientId, clientSecret });
  const pool = { region: region ?? 'ap-south-1', endpoint, userPoolId: need(connection, 'userPoolId') };
  const credentials = await clientCredentials(pool, client);
  if (credentials === null) {
    const names = connection.clients?.length ? ` It has: ${connection.clients.join(', ')}.` : '';
    throw new CliError(EXIT.usage, `This deployment has no API client named "${client}".${names}`);
  }
  return requestToken(tokenEndpoint, credentials);
}

/** The API as the connection's client; DIGICRM_TOKEN is used where it is set. */
export function apiOf(connection: Connection): ApiClient {
  const { env } = connection;
  return new ApiClient({
    apiUrl: need(connection, 'apiUrl'),
    token: async () => env.DIGICRM_TOKEN || (await fetchToken(connection)).access_token,
  });
}
