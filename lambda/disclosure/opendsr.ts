import * as z from 'zod';
import { type Delivery, meaningOf } from '../transfer/deliver';
import type { Notice } from './model';
import type { Answer } from './notice';

/**
 * Words of OpenDSR in which a processor is told to erase, and answers.
 * @see https://github.com/opengdpr/OpenDSR/blob/master/specification.md
 */

const API_VERSION = '1.0';
/** Member of `extensions` with what OpenDSR has no word for. */
const EXTENSION = 'digicrm.co.in';

/** Id under which a processor knows the request: the UUID in ours. */
export function subjectRequestId({ requestId }: Pick<Notice, 'requestId'>): string {
  return requestId.replace(/^er-/, '');
}

/** The request to erase. The same bytes however often it is sent; it names nobody but by the processor's own reference. */
export function erasureBody(notice: Notice): Uint8Array {
  const body = {
    regulation: 'dpdp',
    subject_request_id: subjectRequestId(notice),
    subject_request_type: 'erasure',
    submitted_time: notice.createdAt,
    subject_identities: [
      { identity_type: 'controller_customer_id', identity_value: notice.reference, identity_format: 'raw' },
    ],
    api_version: API_VERSION,
    extensions: { [EXTENSION]: { scope: notice.scope, erase_by: notice.deadline } },
  };
  return Buffer.from(JSON.stringify(body));
}

const status = z.string().transform((word) => word.toLowerCase());
/** What is read of an answer; everything else in it is ignored. */
const answerSchema = z
  .object({
    subject_request_id: z.string().optional(),
    request_status: status.optional(),
    status: status.optional(),
  })
  .transform((body) => ({ about: body.subject_request_id, said: body.request_status ?? body.status }));

const COMPLETED = 'completed';
const REFUSALS = new Set(['cancelled', 'refused', 'rejected', 'denied']);

/**
 * What an answer means. Only the word itself says that something was erased: a success without it means that the
 * request was taken, and an answer about another request means nothing.
 */
export function answerOf(delivery: Delivery, notice: Pick<Notice, 'requestId'>): Answer {
  const meaning = meaningOf(delivery);
  if (meaning === 'again') return 'unreachable';
  if (meaning === 'refused' || delivery.outcome !== 'answered') return 'rejected';
  const read = answerSchema.safeParse(delivery.body);
  if (!read.success) return 'pending';
  const { about, said } = read.data;
  if (about !== undefined && about !== subjectRequestId(notice)) return 'rejected';
  if (said === COMPLETED) return 'completed';
  return said !== undefined && REFUSALS.has(said) ? 'refused' : 'pending';
}

/** Answers to a question by which a processor says that it has no such request, or takes no questions. */
export function isUnknownThere(delivery: Delivery): boolean {
  return delivery.outcome === 'answered' && [404, 405, 410, 501].includes(delivery.status);
}
