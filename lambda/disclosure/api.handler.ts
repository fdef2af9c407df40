import { Logger } from '@aws-lambda-powertools/logger';
import { KMSClient } from '@aws-sdk/client-kms';
import { controlPlans } from '../erasure/adapters/control-documents';
import { controlRequests } from '../erasure/adapters/control-requests';
import { controlDb } from '../erasure/aws';
import { clockFromEnv } from '../shared/clock-file';
import { requireEnv } from '../shared/config';
import { withProblems } from '../shared/http';
import { ENV } from '../shared/names';
import { processorsFromBundle } from '../shared/processors';
import { disclosureReader } from '../transfer/adapters/disclosure-reader';
import { subjectKeys } from '../transfer/adapters/subject-keys';
import { transferDb } from '../transfer/aws';
import { noticeLedger } from './adapters/notice-ledger';
import { type DisclosureApiDeps, routeDisclosures } from './routes';

const control = controlDb();
const { db, tableName } = transferDb();
const logger = new Logger({ serviceName: 'disclosure-api' });
const deps: DisclosureApiDeps = {
  disclosures: disclosureReader(db, tableName),
  keys: subjectKeys(new KMSClient({}), requireEnv(ENV.subjectHashKeyId)),
  processors: processorsFromBundle(requireEnv(ENV.stage)),
  requests: controlRequests(control.db, control.tableName),
  plans: controlPlans(control.db, control.tableName),
  notices: noticeLedger(db, tableName),
  clock: clockFromEnv(),
  logger,
};

/** `/v1/disclosures`, and what is said of processors below an erasure request. */
export const handler = withProblems(logger, (event) => routeDisclosures(event, deps));
