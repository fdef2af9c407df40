import { answerOf, erasureBody, subjectRequestId } from '../../../lambda/disclosure/opendsr';
import type { Delivery } from '../../../lambda/transfer/deliver';
import { noticeTo } from './support';

const notice = noticeTo();
const id = subjectRequestId(notice);
const answered = (body: unknown, status = 200): Delivery => ({ outcome: 'answered', status, body });

describe('the request to a processor', () => {
  it('names the person by the reference that this processor has, and nothing else of her', () => {
    expect(JSON.parse(Buffer.from(erasureBody(notice)).toString())).toEqual({
      regulation: 'dpdp',
      subject_request_id: '3f2a9c1e-7b54-4d0a-8e61-0c9d2b7a4f18',
      subject_request_type: 'erasure',
      submitted_time: '2026-12-01T06:00:00.000Z',
      subject_identities: [
        { identity_type: 'controller_customer_id', identity_value: notice.reference, identity_format: 'raw' },
      ],
      api_version: '1.0',
      extensions: { 'digicrm.co.in': { scope: 'subject', erase_by: '2026-12-31T06:00:00.000Z' } },
    });
  });

  it('is byte for byte the same however often it is sent', () => {
    expect(erasureBody({ ...notice, attempts: 9, state: 'told', version: 12 })).toEqual(erasureBody(notice));
  });
});

describe('an answer', () => {
  it.each<[string, Delivery, string]>([
    ['completed', answered({ subject_request_id: id, request_status: 'completed' }, 201), 'completed'],
    ['completed in other words', answered({ status: 'COMPLETED' }), 'completed'],
    ['pending', answered({ request_status: 'pending' }), 'pending'],
    ['in progress', answered({ request_status: 'in_progress' }), 'pending'],
    ['a word that nobody knows', answered({ request_status: 'erased' }), 'pending'],
    ['a success without a body', answered(undefined, 204), 'pending'],
    ['a success with anything else', answered(['completed']), 'pending'],
    [
      'a success that speaks of another request',
      answered({ subject_request_id: 'x', status: 'completed' }),
      'rejected',
    ],
    ['a refusal', answered({ request_status: 'refused' }), 'refused'],
    ['a cancellation', answered({ request_status: 'cancelled' }), 'refused'],
    ['400', answered({ request_status: 'completed' }, 400), 'rejected'],
    ['404', answered(undefined, 404), 'rejected'],
    ['429', answered(undefined, 429), 'unreachable'],
    ['500 that says completed', answered({ request_status: 'completed' }, 500), 'unreachable'],
    ['no answer', { outcome: 'failed', fault: 'timed-out' }, 'unreachable'],
    ['a redirect', { outcome: 'failed', fault: 'redirected' }, 'rejected'],
  ])('means what it says: %s', (_what, delivery, meaning) => {
    expect(answerOf(delivery, notice)).toBe(meaning);
  });
});
