import {
  certificateSchema,
  certificateV2Schema,
  certifiedProcessorSchema,
  certifiedStoreSchema,
  signedCertificateSchema,
} from '../../lambda/certificate/certificate';
import {
  cancelBodySchema,
  confirmBodySchema,
  countsSchema,
  createBodySchema,
  instructionSchema,
  planSchema,
  planStoreSchema,
  reasonSchema,
} from '../../lambda/erasure/model';
import { ERASURE_ROUTES } from '../../lambda/erasure/paths';
import { listQuerySchema } from '../../lambda/erasure/routes';
import { planViewSchema, requestListSchema, requestViewSchema, storeProgressSchema } from '../../lambda/erasure/view';
import { apiPart, BODY_PROBLEMS, idempotencyKey, pathParameter, queryParameters } from './part';

const requestId = pathParameter('id', 'The requestId of the answer to the POST.');
const planWithHash = planViewSchema.extend({ plan: planSchema });

/** Erasure requests, their plans and certificates. */
export const erasure = apiPart(ERASURE_ROUTES, {
  tag: { name: 'erasure', description: 'Erasure requests, their plans and certificates.' },
  inputs: {
    CreateErasureRequest: createBodySchema,
    Instruction: instructionSchema,
    ConfirmErasureRequest: confirmBodySchema,
    CancelErasureRequest: cancelBodySchema,
  },
  outputs: {
    ErasureRequest: requestViewSchema,
    ErasureRequestSummary: requestListSchema.shape.items.element,
    ErasureRequestList: requestListSchema,
    StoreProgress: storeProgressSchema,
    Reason: reasonSchema,
    Counts: countsSchema,
    PlanWithHash: planWithHash,
    Plan: planSchema,
    PlannedStore: planStoreSchema,
    SignedCertificate: signedCertificateSchema,
    Certificate: certificateSchema,
    CertificateVersion2: certificateV2Schema,
    CertifiedProcessor: certifiedProcessorSchema,
    CertifiedStore: certifiedStoreSchema,
  },
  examples: {
    'erase-subject': { schema: createBodySchema, summary: 'Erase one person' },
    'erase-tenant': { schema: createBodySchema, summary: 'Erase a whole tenant' },
    confirm: { schema: confirmBodySchema, summary: 'Confirm the plan that was read' },
    cancel: { schema: cancelBodySchema, summary: 'Cancel' },
    accepted: { schema: requestViewSchema, summary: 'A request just accepted' },
    completed: { schema: requestViewSchema, summary: 'A request that is done' },
    list: { schema: requestListSchema, summary: 'One page' },
    plan: { schema: planWithHash, summary: 'The plan of a tenant erasure' },
    certificate: { schema: signedCertificateSchema, summary: 'A certificate; the example does not verify' },
  },
  refinements: {
    CreateErasureRequest: {
      if: { properties: { scope: { const: 'subject' } } },
      // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema
      then: { required: ['subjectId'] },
      else: { not: { required: ['subjectId'] } },
    },
  },
  operations: {
    '/v1/erasure-requests': {
      POST: {
        operationId: 'createErasureRequest',
        summary: 'Ask for the erasure of a tenant or of one person',
        description:
          'Accepts the request; the work goes on afterwards. With `dryRun` it ends with the plan. The erasure of a whole tenant waits for the confirmation of its plan.',
        action: 'erasure:request',
        parameters: [idempotencyKey],
        body: { schema: 'CreateErasureRequest', examples: ['erase-subject', 'erase-tenant'] },
        success: {
          status: 202,
          description: 'Accepted. Follow `links.self`.',
          schema: 'ErasureRequest',
          example: 'accepted',
          headers: { Location: { description: 'Path of the request.', schema: { type: 'string' } } },
        },
        problems: [...BODY_PROBLEMS, 'idempotency-key-missing', 'idempotency-conflict', 'unprocessable'],
      },
      GET: {
        operationId: 'listErasureRequests',
        summary: "List a tenant's requests, newest first",
        description: 'Pages: pass `nextCursor` as `cursor` until it is null. The items have no progress per store.',
        action: 'erasure:read',
        parameters: queryParameters(listQuerySchema, {
          tenantId: 'The tenant whose requests are listed.',
          status: 'Only requests with this status.',
          limit: 'Items on a page.',
          cursor: 'The `nextCursor` of the page before, unchanged.',
        }),
        success: { status: 200, description: 'One page.', schema: 'ErasureRequestList', example: 'list' },
        problems: ['bad-request'],
      },
    },
    '/v1/erasure-requests/{id}': {
      GET: {
        operationId: 'getErasureRequest',
        summary: 'Read status, progress per store, deadlines and reasons',
        description: 'Links are null where the step is not possible now.',
        action: 'erasure:read',
        parameters: [requestId],
        success: { status: 200, description: 'The request.', schema: 'ErasureRequest', example: 'completed' },
        problems: ['not-found'],
      },
    },
    '/v1/erasure-requests/{id}/plan': {
      GET: {
        operationId: 'getErasurePlan',
        summary: 'Read the plan and its hash',
        description: 'What would be erased, sealed and held, per store. Execution carries out this plan and no other.',
        action: 'erasure:read',
        parameters: [requestId],
        success: { status: 200, description: 'The plan.', schema: 'PlanWithHash', example: 'plan' },
        problems: ['not-found', 'not-ready'],
      },
    },
    '/v1/erasure-requests/{id}/confirm': {
      POST: {
        operationId: 'confirmErasureRequest',
        summary: 'Confirm the erasure of a whole tenant',
        description:
          'Takes the hash of the plan that was read. The cooling-off period begins; it can still be cancelled.',
        action: 'erasure:confirm',
        parameters: [requestId],
        body: { schema: 'ConfirmErasureRequest', examples: ['confirm'] },
        success: { status: 200, description: 'Confirmed.', schema: 'ErasureRequest', example: 'accepted' },
        problems: [...BODY_PROBLEMS, 'not-found', 'conflict', 'not-ready'],
      },
    },
    '/v1/erasure-requests/{id}/cancel': {
      POST: {
        operationId: 'cancelErasureRequest',
        summary: 'Cancel until the first deletion',
        description: 'After the first deletion the answer is a 409 with `firstDeletionAt`.',
        action: 'erasure:cancel',
        parameters: [requestId],
        body: { schema: 'CancelErasureRequest', examples: ['cancel'] },
        success: { status: 200, description: 'Cancelled.', schema: 'ErasureRequest', example: 'accepted' },
        problems: [...BODY_PROBLEMS, 'not-found', 'conflict'],
      },
    },
    '/v1/erasure-requests/{id}/certificate': {
      GET: {
        operationId: 'getErasureCertificate',
        summary: 'Read the signed certificate',
        description:
          'The exact bytes that verify: store them as they come. docs/verify.md says how to check them. Once the ledger has the certificate, the file carries the proof as its member `ledger`, which is not part of what is signed; until then, a minute or so, it has none.',
        action: 'erasure:read',
        parameters: [requestId],
        success: {
          status: 200,
          description: 'The file.',
          schema: 'SignedCertificate',
          example: 'certificate',
          headers: {
            'Digicrm-Ledger': {
              description: '`included` when the file carries its proof, `pending` while it has to be asked for again.',
              schema: { type: 'string', enum: ['included', 'pending'] },
            },
          },
        },
        problems: ['not-found', 'not-ready'],
      },
    },
  },
});
