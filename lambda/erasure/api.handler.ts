import { Logger } from '@aws-lambda-powertools/logger';
import { coolingOffMs } from '../../policies/register';
import { proofDeps } from '../ledger/aws';
import { certificateProofs } from '../ledger/certificate-proofs';
import { clockFromEnv } from '../shared/clock-file';
import { requireEnv } from '../shared/config';
import { withProblems } from '../shared/http';
import { ENV } from '../shared/names';
import { registerFromBundle } from '../shared/register';
import { controlCertificates, controlLine, controlPlans, controlVerifications } from './adapters/control-documents';
import { controlRequests } from './adapters/control-requests';
import { controlSteps } from './adapters/control-steps';
import { controlDb, outbox } from './aws';
import { routeErasure } from './routes';
import type { ServiceDeps } from './service';

const { db, tableName } = controlDb();
const register = registerFromBundle();
const logger = new Logger({ serviceName: 'api' });
const deps: ServiceDeps = {
  requests: controlRequests(db, tableName),
  plans: controlPlans(db, tableName),
  work: controlSteps(db, tableName),
  verifications: controlVerifications(db, tableName),
  line: controlLine(db, tableName),
  certificates: controlCertificates(db, tableName),
  proofs: certificateProofs(proofDeps(), logger),
  outbox: outbox('advance'),
  rules: register.erasure,
  coolingOffMs: coolingOffMs(register, requireEnv(ENV.stage)),
  clock: clockFromEnv(),
};

/** `/v1/erasure-requests` and what is below. */
export const handler = withProblems(logger, (event) => routeErasure(event, deps));
