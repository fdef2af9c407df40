import { Logger } from '@aws-lambda-powertools/logger';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { clockFromEnv } from '../shared/clock-file';
import { requireEnv } from '../shared/config';
import { withProblems } from '../shared/http';
import { ENV } from '../shared/names';
import { registerFromBundle } from '../shared/register';
import { transferTableAccessLog } from './adapters/access-log';
import { dynamoDbTokenReader } from './adapters/token-vault';
import { tokenVault } from './aws';
import type { ResolveDeps } from './resolve';
import { routeTokens } from './routes';

const store = tokenVault();
const db = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const { transfers: words } = registerFromBundle();
const deps: ResolveDeps = {
  store,
  vault: dynamoDbTokenReader(store, db),
  log: transferTableAccessLog(db, requireEnv(ENV.transferTable), words),
  words,
  clock: clockFromEnv(),
};

/** `/v1/tokens/resolve`. Reads the vault and writes a record of each question; cannot issue tokens. */
export const handler = withProblems(new Logger({ serviceName: 'tokens' }), (event) => routeTokens(event, deps));
