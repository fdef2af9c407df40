import { Logger } from '@aws-lambda-powertools/logger';
import { clockFromEnv } from '../shared/clock-file';
import { requireEnv } from '../shared/config';
import { withProblems } from '../shared/http';
import { ENV } from '../shared/names';
import { processorsFromBundle } from '../shared/processors';
import { registerFromBundle } from '../shared/register';
import { pastTransfers } from './adapters/past-transfers';
import { restrictionLedger } from './adapters/restriction-ledger';
import { transferDb } from './aws';
import { routeRestrictions } from './restriction-routes';
import type { RestrictionDeps } from './restrictions';

const { db, tableName } = transferDb();
const deps: RestrictionDeps = {
  restrictions: restrictionLedger(db, tableName),
  past: pastTransfers(db, tableName),
  processors: processorsFromBundle(requireEnv(ENV.stage)),
  words: registerFromBundle().transfers,
  clock: clockFromEnv(),
};

/** `/v1/transfer-restrictions` and what is below. */
export const handler = withProblems(new Logger({ serviceName: 'transfer-desk' }), (event) =>
  routeRestrictions(event, deps),
);
