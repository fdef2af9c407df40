import { Logger } from '@aws-lambda-powertools/logger';
import { controlLine } from '../erasure/adapters/control-documents';
import { controlRequests } from '../erasure/adapters/control-requests';
import { controlDb } from '../erasure/aws';
import { clockFromEnv } from '../shared/clock-file';
import { withProblems } from '../shared/http';
import { registerFromBundle } from '../shared/register';
import { controlHolds } from './adapters/control-holds';
import { locksOutbox } from './adapters/locks-queue';
import { routeHolds } from './routes';
import type { HoldServiceDeps } from './service';

const { db, tableName } = controlDb();
const deps: HoldServiceDeps = {
  holds: controlHolds(db, tableName),
  requests: controlRequests(db, tableName),
  line: controlLine(db, tableName),
  outbox: locksOutbox(),
  register: registerFromBundle(),
  clock: clockFromEnv(),
};

/** `/v1/legal-holds` and what is below. */
export const handler = withProblems(new Logger({ serviceName: 'holds-api' }), (event) => routeHolds(event, deps));
