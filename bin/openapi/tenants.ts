import { restoreBodySchema, terminateBodySchema } from '../../lambda/termination/model';
import { TERMINATION_ROUTES } from '../../lambda/termination/paths';
import { terminationViewSchema } from '../../lambda/termination/view';
import { apiPart, BODY_PROBLEMS, idempotencyKey, pathParameter } from './part';

const tenantId = pathParameter('id', 'The tenant, by the opaque id of the CRM.');

/** The end of a contract, and the way back. */
export const tenants = apiPart(TERMINATION_ROUTES, {
  tag: { name: 'tenants', description: "The end of a tenant's contract, and the way back within the recovery window." },
  inputs: { TerminateTenant: terminateBodySchema, RestoreTenant: restoreBodySchema },
  outputs: { Termination: terminationViewSchema },
  examples: {
    'terminate-tenant': { schema: terminateBodySchema, summary: 'End a contract' },
    'restore-tenant': { schema: restoreBodySchema, summary: 'Take it back, because somebody signed in' },
    termination: { schema: terminationViewSchema, summary: 'A tenant that can be restored' },
  },
  operations: {
    '/v1/tenants/{id}/termination': {
      POST: {
        operationId: 'terminateTenant',
        summary: "End a tenant's contract",
        description:
          'From now on nothing of the tenant is usable and all of it restorable, until it is erased. Sent again with another key it answers with the termination that stands; the clock does not start again.',
        action: 'tenant:terminate',
        parameters: [tenantId, idempotencyKey],
        body: { schema: 'TerminateTenant', examples: ['terminate-tenant'] },
        success: {
          status: 202,
          description: 'Accepted. Follow `links.self`.',
          schema: 'Termination',
          example: 'termination',
          headers: { Location: { description: 'Path of the termination.', schema: { type: 'string' } } },
        },
        problems: [
          ...BODY_PROBLEMS,
          'not-found',
          'idempotency-key-missing',
          'idempotency-conflict',
          'conflict',
          'unprocessable',
        ],
      },
      GET: {
        operationId: 'getTermination',
        summary: 'Read where a termination stands',
        description: 'Links are null where the step is not possible now.',
        action: 'tenant:read',
        parameters: [tenantId],
        success: { status: 200, description: 'The termination.', schema: 'Termination', example: 'termination' },
        problems: ['not-found'],
      },
    },
    '/v1/tenants/{id}/termination/restore': {
      POST: {
        operationId: 'restoreTenant',
        summary: 'Restore a tenant until the first deletion',
        description:
          'After the first deletion the answer is a 409 with `firstDeletionAt`. Repeating it while it is under way is harmless.',
        action: 'tenant:restore',
        parameters: [tenantId],
        body: { schema: 'RestoreTenant', examples: ['restore-tenant'] },
        success: {
          status: 202,
          description: 'Being restored. It is usable when the state is RESTORED.',
          schema: 'Termination',
          example: 'termination',
        },
        problems: [...BODY_PROBLEMS, 'not-found', 'conflict', 'unprocessable'],
      },
    },
  },
});
