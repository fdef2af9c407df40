import { Logger } from '@aws-lambda-powertools/logger';
import { withProblems } from '../shared/http';
import { proofDeps } from './aws';
import { routeLedger } from './routes';

const deps = proofDeps();

/** `/v1/ledger`. Reads the tree and its public key, and no personal data. */
export const handler = withProblems(new Logger({ serviceName: 'ledger-api' }), (event) => routeLedger(event, deps));
