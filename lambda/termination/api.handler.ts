import { Logger } from '@aws-lambda-powertools/logger';
import { SQSClient } from '@aws-sdk/client-sqs';
import { controlLine } from '../erasure/adapters/control-documents';
import { controlRequests } from '../erasure/adapters/control-requests';
import { controlDb, outbox } from '../erasure/aws';
import { clockFromEnv } from '../shared/clock-file';
import { requireEnv } from '../shared/config';
import { withProblems } from '../shared/http';
import { ENV } from '../shared/names';
import { registerFromBundle } from '../shared/register';
import { controlTerminations } from './adapters/control-terminations';
import { sqsTerminationOutbox } from './adapters/queues';
import { routeTerminations, type TerminationApiDeps } from './routes';

const { db, tableName } = controlDb();
const register = registerFromBundle();
const deps: TerminationApiDeps = {
  terminations: controlTerminations(db, tableName),
  requests: controlRequests(db, tableName),
  line: controlLine(db, tableName),
  outbox: sqsTerminationOutbox(new SQSClient({}), { tick: requireEnv(ENV.terminationQueueUrl) }),
  requestOutbox: outbox('advance'),
  register,
  rules: register.erasure,
  clock: clockFromEnv(),
};

/** `/v1/tenants/{id}/termination` and what is below. */
export const handler = withProblems(new Logger({ serviceName: 'terminations' }), (event) =>
  routeTerminations(event, deps),
);
