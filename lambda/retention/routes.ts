import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import type { Caller } from '../access/caller';
import { authorise } from '../access/caller';
import { dispatch, type Routes } from '../access/dispatch';
import type { Clock } from '../shared/clock';
import { parseJsonBody, respond } from '../shared/http';
import { gather, type KnowledgePorts } from './known';
import { type LookupContext, lookUp } from './lookup';
import type { RETENTION_ROUTES } from './paths';
import { type Answer, type Question, questionSchema } from './question';

/** What the handler of retention decisions works with. */
export interface RetentionDeps extends Omit<LookupContext, 'now'> {
  readonly known: KnowledgePorts;
  readonly clock: Clock;
}

const ROUTES: Routes<typeof RETENTION_ROUTES, RetentionDeps> = {
  '/v1/retention-decisions': {
    POST: async (event, caller, deps) =>
      respond(200, await answerQuestion(caller, parseJsonBody(event, questionSchema), deps)),
  },
};

/** Answers one call. @throws ProblemError for every refusal */
export function routeRetention(event: APIGatewayProxyEvent, deps: RetentionDeps): Promise<APIGatewayProxyResult> {
  return dispatch(event, ROUTES, deps);
}

/** Looks up what is known and answers. @throws ProblemError 403, 422 */
async function answerQuestion(caller: Caller, question: Question, deps: RetentionDeps): Promise<Answer> {
  authorise(caller, 'retention:read', question.tenantId);
  const known = await gather(question.tenantId, deps.known);
  return lookUp(question, known, { ...deps, now: deps.clock.now() });
}
