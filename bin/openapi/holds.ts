import { holdScopeSchema } from '../../lambda/holds/hold';
import {
  holdListQuerySchema,
  holdListSchema,
  holdViewSchema,
  liftedSchema,
  liftQuerySchema,
  placeBodySchema,
  placedViewSchema,
  underWaySchema,
} from '../../lambda/holds/model';
import { HOLD_ROUTES } from '../../lambda/holds/paths';
import { apiPart, BODY_PROBLEMS, pathParameter, queryParameters } from './part';

const holdId = pathParameter('id', "The hold's id: opaque, and the caller's to choose.");

/** Legal holds: who stopped which erasure, on whose word. */
export const holds = apiPart(HOLD_ROUTES, {
  tag: { name: 'holds', description: 'Legal holds, which stop erasure, sealing and the end of a seal in their scope.' },
  inputs: { PlaceLegalHold: placeBodySchema, LegalHoldScope: holdScopeSchema },
  outputs: {
    LegalHold: holdViewSchema,
    PlacedLegalHold: placedViewSchema,
    LegalHoldList: holdListSchema,
    LiftedBy: liftedSchema,
    RequestUnderWay: underWaySchema,
  },
  examples: {
    'hold-place': { schema: placeBodySchema, summary: 'Hold the files of a tenant for a case' },
    'hold-placed': { schema: placedViewSchema, summary: 'A hold just placed, with an erasure that it has stopped' },
    hold: { schema: holdViewSchema, summary: 'A hold that was lifted' },
    'hold-list': { schema: holdListSchema, summary: 'One page' },
  },
  operations: {
    '/v1/legal-holds': {
      GET: {
        operationId: 'listLegalHolds',
        summary: "List a tenant's legal holds, lifted ones too, by id",
        description: 'Pages: pass `nextCursor` as `cursor` until it is null.',
        action: 'hold:read',
        parameters: queryParameters(holdListQuerySchema, {
          tenantId: 'The tenant whose holds are listed.',
          limit: 'Holds on a page.',
          cursor: 'The `nextCursor` of the page before, unchanged.',
        }),
        success: { status: 200, description: 'One page.', schema: 'LegalHoldList', example: 'hold-list' },
        problems: ['bad-request'],
      },
    },
    '/v1/legal-holds/{id}': {
      PUT: {
        operationId: 'placeLegalHold',
        summary: 'Place a legal hold, or change one that stands',
        description:
          'Erasure in its scope stops within seconds, also one that is under way; what is gone already is named under `underWay`. All but the scope can be changed later. The same call again changes nothing.',
        action: 'hold:place',
        parameters: [holdId],
        body: { schema: 'PlaceLegalHold', examples: ['hold-place'] },
        success: {
          status: 201,
          description: 'Placed.',
          schema: 'PlacedLegalHold',
          example: 'hold-placed',
          headers: { Location: { description: 'Path of the hold.', schema: { type: 'string' } } },
          also: { status: 200, description: 'It stood already, and is as the body says.' },
        },
        problems: [...BODY_PROBLEMS, 'conflict', 'unprocessable'],
      },
      GET: {
        operationId: 'getLegalHold',
        summary: 'Read a legal hold, standing or lifted',
        description: 'A hold past its review date still stands.',
        action: 'hold:read',
        parameters: [holdId],
        success: { status: 200, description: 'The hold.', schema: 'LegalHold', example: 'hold' },
        problems: ['not-found'],
      },
      DELETE: {
        operationId: 'liftLegalHold',
        summary: 'Lift a legal hold',
        description: 'Erasures that waited for it go on. Repeating it is harmless.',
        action: 'hold:lift',
        parameters: [
          holdId,
          ...queryParameters(liftQuerySchema, { approver: 'Opaque id of the person who approved the lifting.' }),
        ],
        success: { status: 200, description: 'Lifted.', schema: 'LegalHold', example: 'hold' },
        problems: ['bad-request', 'not-found'],
      },
    },
  },
});
