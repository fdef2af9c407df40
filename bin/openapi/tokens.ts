import { resolveBodySchema, resolvedSchema } from '../../lambda/tokens/model';
import { TOKEN_ROUTES } from '../../lambda/tokens/paths';
import { apiPart, BODY_PROBLEMS } from './part';

/** Virtual tokens, which processors have instead of names, addresses and numbers. */
export const tokens = apiPart(TOKEN_ROUTES, {
  tag: { name: 'tokens', description: 'What virtual tokens stand for, for the purposes that the register names.' },
  inputs: { TokenResolveRequest: resolveBodySchema },
  outputs: { ResolvedToken: resolvedSchema },
  examples: {
    'token-resolve': { schema: resolveBodySchema, summary: 'A message could not be delivered to a token' },
    'token-resolved': { schema: resolvedSchema, summary: 'What it stands for, and about whom' },
  },
  operations: {
    '/v1/tokens/resolve': {
      POST: {
        operationId: 'resolveToken',
        summary: 'Turn a virtual token back into what it stands for',
        description:
          'For the purposes of `resolveFor` in policies/transfers.yaml. Each question is recorded before its answer leaves, whatever the answer. A token that never was, one of another tenant and one whose person was erased have the same 404. A POST, because a token in an address would end up in logs.',
        action: 'token:resolve',
        body: { schema: 'TokenResolveRequest', examples: ['token-resolve'] },
        success: {
          status: 200,
          description: 'The value, and whose it is.',
          schema: 'ResolvedToken',
          example: 'token-resolved',
        },
        problems: [...BODY_PROBLEMS, 'not-found', 'conflict'],
      },
    },
  },
});
