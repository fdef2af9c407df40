import { Logger } from '@aws-lambda-powertools/logger';
import { withProblems } from '../shared/http';
import { decideDeps } from './decide-deps';
import { routeDecisions } from './routes';

const deps = decideDeps();

/** `/v1/transfer-decisions`. Reads restrictions and terminations, writes decisions, and sees no payload. */
export const handler = withProblems(new Logger({ serviceName: 'transfer' }), async (event) => {
  try {
    return await routeDecisions(event, deps);
  } finally {
    deps.flush();
  }
});
