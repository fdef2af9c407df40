import {
  decidedBySchema,
  decisionBodySchema,
  decisionViewSchema,
  dltSchema,
  lawfulBasisSchema,
  obligationsSchema,
  restrictionScopeSchema,
  transferBodySchema,
  transferViewSchema,
} from '../../lambda/transfer/model';
import { DECISION_ROUTES, RELAY_ROUTES, RESTRICTION_ROUTES } from '../../lambda/transfer/paths';
import {
  impactSchema,
  liftRestrictionBodySchema,
  restrictBodySchema,
  restrictedViewSchema,
  restrictionListSchema,
  restrictionViewSchema,
} from '../../lambda/transfer/restriction-views';
import { apiPart, BODY_PROBLEMS, idempotencyKey, pathParameter } from './part';

/** Whether data may go to a processor, how it goes, and what an order closes. */
export const transfers = apiPart(
  { ...DECISION_ROUTES, ...RELAY_ROUTES, ...RESTRICTION_ROUTES },
  {
    tag: {
      name: 'transfers',
      description: 'Whether data may go to a processor, how it goes there, and what an order of the Government closes.',
    },
    inputs: {
      TransferQuestion: decisionBodySchema,
      SendTransfer: transferBodySchema,
      JsonValue: transferBodySchema.shape.payload.valueType,
      LawfulBasis: lawfulBasisSchema,
      DltRegistration: dltSchema,
      RestrictTransfers: restrictBodySchema,
      RestrictionScope: restrictionScopeSchema,
      LiftRestriction: liftRestrictionBodySchema,
    },
    outputs: {
      TransferDecision: decisionViewSchema,
      Obligations: obligationsSchema,
      DecidedBy: decidedBySchema,
      Transfer: transferViewSchema,
      Restriction: restrictionViewSchema,
      RestrictionMade: restrictedViewSchema,
      RestrictionImpact: impactSchema,
      RestrictionList: restrictionListSchema,
    },
    examples: {
      'transfer-question': {
        schema: decisionBodySchema,
        summary: 'May a message go to a mobile number by this gateway',
      },
      'transfer-allowed': { schema: decisionViewSchema, summary: 'Allowed, with the name masked' },
      'transfer-denied-answer': { schema: decisionViewSchema, summary: 'Denied: the country is restricted' },
      'transfer-send': { schema: transferBodySchema, summary: 'Have a message delivered' },
      transfer: { schema: transferViewSchema, summary: 'A transfer that was delivered' },
      'restrict-country': { schema: restrictBodySchema, summary: 'Close a country' },
      'restrict-preview': { schema: restrictBodySchema, summary: 'Only ask what closing a country would touch' },
      'restriction-made': { schema: restrictedViewSchema, summary: 'A country just closed, with what that touches' },
      'restriction-list': { schema: restrictionListSchema, summary: 'One that stands and one that was lifted' },
      'lift-restriction': { schema: liftRestrictionBodySchema, summary: 'Agree that it ends' },
      'restriction-lifted': { schema: restrictionViewSchema, summary: 'Lifted by two people' },
    },
    operations: {
      '/v1/transfer-decisions': {
        POST: {
          operationId: 'decideTransfer',
          summary: "Ask whether a person's data may go to a processor",
          description:
            'Allowed, allowed with obligations, or denied, with the policies that decided. Of the processor name the id and nothing else: the rest is in the register. A denial is an answer, not an error. Every answer is recorded before you get it, and is no permission for another time: ask again for each transfer. A POST, because a subject id in an address would end up in logs.',
          action: 'transfer:decide',
          body: { schema: 'TransferQuestion', examples: ['transfer-question'] },
          success: {
            status: 200,
            description: 'The decision.',
            schema: 'TransferDecision',
            example: 'transfer-allowed',
            examples: ['transfer-denied-answer'],
          },
          problems: BODY_PROBLEMS,
        },
      },
      '/v1/transfers': {
        POST: {
          operationId: 'sendTransfer',
          summary: 'Have data delivered to a processor',
          description:
            'Decides, leaves out and transforms what the field contract demands, and delivers to the registered address. What was left out is counted and named, as far as the register knows the name. The payload is encrypted while it waits and dropped at the end.',
          action: 'transfer:send',
          parameters: [idempotencyKey],
          body: { schema: 'SendTransfer', examples: ['transfer-send'] },
          success: {
            status: 202,
            description: 'Taken. Follow it with GET.',
            schema: 'Transfer',
            example: 'transfer',
            headers: { Location: { description: 'Path of the transfer.', schema: { type: 'string' } } },
          },
          problems: [
            ...BODY_PROBLEMS,
            'transfer-denied',
            'idempotency-key-missing',
            'idempotency-conflict',
            'unprocessable',
          ],
        },
      },
      '/v1/transfers/{id}': {
        GET: {
          operationId: 'getTransfer',
          summary: 'Read where a transfer stands',
          description: '`stopped`: it was no longer allowed when it was to be delivered.',
          action: 'transfer:read',
          parameters: [pathParameter('id', 'The transferId of the answer to the POST.')],
          success: { status: 200, description: 'The transfer.', schema: 'Transfer', example: 'transfer' },
          problems: ['not-found'],
        },
      },
      '/v1/transfer-restrictions': {
        GET: {
          operationId: 'listRestrictions',
          summary: 'List restrictions: those that stand, then those that were lifted',
          description: 'Each newest first.',
          action: 'transfer:read',
          success: { status: 200, description: 'All of them.', schema: 'RestrictionList', example: 'restriction-list' },
          problems: [],
        },
        POST: {
          operationId: 'restrictTransfers',
          summary: 'Close a country, a processor or a contract to transfers',
          description:
            'Holds everywhere within a minute, without a deploy, also for what is waiting for delivery. With `dryRun` it only says what it would touch. The same order again is answered with the one that stands.',
          action: 'transfer:restrict',
          body: { schema: 'RestrictTransfers', examples: ['restrict-country', 'restrict-preview'] },
          success: {
            status: 201,
            description: 'Closed.',
            schema: 'RestrictionMade',
            example: 'restriction-made',
            also: { status: 200, description: 'It stood already, or with `dryRun` nothing was closed.' },
          },
          problems: [...BODY_PROBLEMS, 'conflict', 'unprocessable'],
        },
      },
      '/v1/transfer-restrictions/{id}/lift': {
        POST: {
          operationId: 'liftRestriction',
          summary: 'Agree that a restriction ends',
          description: 'It ends when two different people have agreed.',
          action: 'transfer:restrict',
          parameters: [pathParameter('id', 'The restrictionId.')],
          body: { schema: 'LiftRestriction', examples: ['lift-restriction'] },
          success: {
            status: 200,
            description: 'Noted; `liftedAt` says whether it has ended.',
            schema: 'Restriction',
            example: 'restriction-lifted',
          },
          problems: [...BODY_PROBLEMS, 'not-found', 'conflict'],
        },
      },
    },
  },
);
