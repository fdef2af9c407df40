import {
  disclosedToSchema,
  disclosureEntrySchema,
  disclosureQuerySchema,
  disclosuresViewSchema,
} from '../../lambda/disclosure/disclosure-views';
import { evidenceBodySchema, noticeListSchema, noticeViewSchema } from '../../lambda/disclosure/notice-views';
import { DISCLOSURE_ROUTES } from '../../lambda/disclosure/paths';
import { resolveBodySchema, resolvedViewSchema } from '../../lambda/tokens/model';
import { TOKEN_ROUTES } from '../../lambda/tokens/paths';
import { apiPart, BODY_PROBLEMS, pathParameter, queryParameters } from './part';

const requestId = pathParameter('id', 'The requestId of the erasure.');

/** Who received what about whom, which processor has answered an erasure, and what a token stands for. */
export const disclosures = apiPart(
  { ...DISCLOSURE_ROUTES, ...TOKEN_ROUTES },
  {
    tag: {
      name: 'disclosures',
      description:
        'Who received what about whom, which processor has answered an erasure, and what a token stands for.',
    },
    inputs: { EvidenceOfErasure: evidenceBodySchema, ResolveToken: resolveBodySchema },
    outputs: {
      Disclosures: disclosuresViewSchema,
      DisclosedTo: disclosedToSchema,
      Disclosure: disclosureEntrySchema,
      ProcessorNotice: noticeViewSchema,
      ProcessorNoticeList: noticeListSchema,
      ResolvedToken: resolvedViewSchema,
    },
    examples: {
      disclosures: { schema: disclosuresViewSchema, summary: 'What two processors received about a person' },
      evidence: { schema: evidenceBodySchema, summary: 'The hash of a letter of the processor' },
      'processor-notice': { schema: noticeViewSchema, summary: 'A processor that was told by hand' },
      'processor-notices': { schema: noticeListSchema, summary: 'One has answered, one is silent' },
      'resolve-token': { schema: resolveBodySchema, summary: 'A message could not be delivered' },
      'resolved-token': { schema: resolvedViewSchema, summary: 'What it stands for' },
    },
    operations: {
      '/v1/disclosures': {
        GET: {
          operationId: 'listDisclosures',
          summary: 'Read who received what about a person',
          description:
            'Answers section 11 of the DPDP Act: by processor, and each time by itself, newest first. Names of fields, never values. Pages: pass `nextCursor` as `cursor` until it is null. Our access logs leave the query out; keep it out of yours, too.',
          action: 'disclosure:read',
          parameters: queryParameters(disclosureQuerySchema, {
            tenantId: 'The tenant in whose data she is.',
            subjectId: 'The person, by the opaque id of the CRM.',
            cursor: 'The `nextCursor` of the page before, unchanged.',
            limit: 'Entries on a page.',
          }),
          success: { status: 200, description: 'One page.', schema: 'Disclosures', example: 'disclosures' },
          problems: ['bad-request'],
        },
      },
      '/v1/erasure-requests/{id}/processors': {
        GET: {
          operationId: 'listProcessorNotices',
          summary: 'Read which processors were told of an erasure, and which have answered',
          description:
            'By processor, as it stands now; a certificate says how it stood when it was issued. Our own erasure waits for none of them.',
          action: 'erasure:read',
          parameters: [requestId],
          success: {
            status: 200,
            description: 'All of them.',
            schema: 'ProcessorNoticeList',
            example: 'processor-notices',
          },
          problems: ['not-found'],
        },
      },
      '/v1/erasure-requests/{id}/processors/{processorId}/evidence': {
        POST: {
          operationId: 'showEvidence',
          summary: 'Show evidence that a processor erased',
          description:
            'For one without an interface, or one that answered another way. The hash of a file; the file stays with you. The first evidence stands; the same again changes nothing.',
          action: 'disclosure:evidence',
          parameters: [requestId, pathParameter('processorId', 'The processor, by its id in the register.')],
          body: { schema: 'EvidenceOfErasure', examples: ['evidence'] },
          success: { status: 200, description: 'Noted.', schema: 'ProcessorNotice', example: 'processor-notice' },
          problems: [...BODY_PROBLEMS, 'not-found', 'conflict'],
        },
      },
      '/v1/tokens/resolve': {
        POST: {
          operationId: 'resolveToken',
          summary: 'Turn a virtual token back into what it stands for',
          description:
            'For the purposes of `resolveFor` in policies/transfers.yaml alone, and recorded. A token of a person who was erased stands for nothing. A POST, because a token does not belong into an address.',
          action: 'token:resolve',
          body: { schema: 'ResolveToken', examples: ['resolve-token'] },
          success: {
            status: 200,
            description: 'What it stands for.',
            schema: 'ResolvedToken',
            example: 'resolved-token',
          },
          problems: [...BODY_PROBLEMS, 'not-found', 'conflict'],
        },
      },
    },
  },
);
