import { decisionSchema, ruleAppliedSchema } from '../../lambda/retention/decision';
import { RETENTION_ROUTES } from '../../lambda/retention/paths';
import {
  answerFactsSchema,
  answerHoldSchema,
  answerSchema,
  answerSealedSchema,
  answerStoreSchema,
  questionSchema,
} from '../../lambda/retention/question';
import { apiPart, BODY_PROBLEMS } from './part';

/** What may be done with data on a day, and by which rules. */
export const retention = apiPart(RETENTION_ROUTES, {
  tag: { name: 'retention', description: 'What may be done with data on a day, and by which rules.' },
  inputs: { RetentionQuestion: questionSchema },
  outputs: {
    RetentionAnswer: answerSchema,
    RetentionFacts: answerFactsSchema,
    StoreDecision: answerStoreSchema,
    RetentionDecision: decisionSchema,
    RuleApplied: ruleAppliedSchema,
    SealedData: answerSealedSchema,
    StandingHold: answerHoldSchema,
  },
  examples: {
    'retention-question': { schema: questionSchema, summary: 'What would happen to a tenant on a day to come' },
    'retention-answer': { schema: answerSchema, summary: 'After the DPDP Act has begun: sealed for a year' },
  },
  operations: {
    '/v1/retention-decisions': {
      POST: {
        operationId: 'decideRetention',
        summary: "Ask what may be done with a tenant's or one person's data on a day, and why",
        description:
          'Looks up what is known (termination, legal holds, erasures under way, what is sealed) and decides store by store, for today or any other day. It changes nothing. A POST, because a subject id in an address would end up in logs.',
        action: 'retention:read',
        body: { schema: 'RetentionQuestion', examples: ['retention-question'] },
        success: {
          status: 200,
          description: 'The decisions, and the same in sentences.',
          schema: 'RetentionAnswer',
          example: 'retention-answer',
        },
        problems: [...BODY_PROBLEMS, 'unprocessable'],
      },
    },
  },
});
