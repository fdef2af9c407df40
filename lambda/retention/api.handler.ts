import { Logger } from '@aws-lambda-powertools/logger';
import { controlDb, inventory } from '../erasure/aws';
import { controlHoldReader } from '../holds/adapters/control-holds';
import { clockFromEnv } from '../shared/clock-file';
import { withProblems } from '../shared/http';
import { registerFromBundle } from '../shared/register';
import { controlErasures, controlTerminations } from './adapters/control-knowledge';
import { compileRetention } from './resolve';
import { type RetentionDeps, routeRetention } from './routes';

const { db, tableName } = controlDb();
const register = registerFromBundle();
const deps: RetentionDeps = {
  known: {
    terminations: controlTerminations(db, tableName),
    holds: controlHoldReader(db, tableName),
    requests: controlErasures(db, tableName),
  },
  inventory: inventory(),
  register,
  resolve: compileRetention(register),
  clock: clockFromEnv(),
};

/** `/v1/retention-decisions`. Reads records of the control plane and no personal data. */
export const handler = withProblems(new Logger({ serviceName: 'retention' }), (event) => routeRetention(event, deps));
