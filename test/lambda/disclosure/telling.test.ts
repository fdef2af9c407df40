import fc from 'fast-check';
import type { CertifiedProcessor } from '../../../lambda/certificate/certificate';
import { contradiction } from '../../../lambda/certificate/consistency';
import { subjectRequestId } from '../../../lambda/disclosure/opendsr';
import type { Target } from '../../../lambda/erasure/ports';
import { cancelRequest, confirmRequest, createRequest, getPlan } from '../../../lambda/erasure/service';
import type { HoldScope } from '../../../lambda/holds/hold';
import type { Delivery } from '../../../lambda/transfer/deliver';
import { ADMIN, ErasureHarness } from '../../support/erasure-harness';
import { type Faults, Invocation, NO_FAULTS } from '../../support/memory-cloud';
import { processorsFor } from '../../support/memory-notices';
import { Random } from '../../support/random';

const SUBJECT = { scope: 'subject', tenantId: 'acme', subjectId: 'CANARY-subject-1' } as const;
const TENANT = { scope: 'tenant', tenantId: 'acme' } as const;
const SMS = 'sms.processors.test';
const EMAIL = 'email.processors.test';
const DONE: Delivery = { outcome: 'answered', status: 200, body: { request_status: 'completed' } };
const WAITS: Delivery = { outcome: 'answered', status: 202, body: { request_status: 'pending' } };

interface Given {
  readonly faults?: Partial<Faults>;
  readonly seed?: number;
  readonly processors?: readonly string[];
}

/** A person whose data went to three processors: by SMS, by e-mail, and to one that is told by hand. */
function given({ faults, seed = 7, processors = ['sandbox-sms', 'sandbox-email', 'sandbox-payments'] }: Given = {}) {
  const harness = new ErasureHarness(new Random(seed), { ...NO_FAULTS, ...faults }, { sweepsNotices: true });
  harness.seed('acme', [SUBJECT.subjectId, 's2'], 6);
  harness.notices.allow('acme', SUBJECT.subjectId, ...processors);
  return harness;
}

async function ask(harness: ErasureHarness, target: Target): Promise<string> {
  const { requestId } = await createRequest(ADMIN, 'key-0001', harness.body(target), harness.service());
  return requestId;
}

function requestOf(harness: ErasureHarness, requestId: string) {
  return harness.control.requestRows.get(requestId)?.record;
}

const ended = (harness: ErasureHarness, requestId: string) => () =>
  ['completed', 'held', 'failed', 'cancelled'].includes(requestOf(harness, requestId)?.status ?? '');

function statesOf(processors: readonly Pick<CertifiedProcessor, 'processorId' | 'state'>[] | undefined) {
  return Object.fromEntries((processors ?? []).map(({ processorId, state }) => [processorId, state]));
}

function holdOn(harness: ErasureHarness, scope: Partial<HoldScope> = {}): void {
  const at = '2026-11-01T00:00:00.000Z';
  harness.control.holds.push({
    ...{ holdId: 'hold-1', matter: 'O.S. 17 of 2026', authority: 'High Court at Calcutta' },
    ...{ scope: { tenantId: 'acme', ...scope }, approver: 'counsel-1', reviewAt: '2028-01-31' },
    ...{ placedAt: at, updatedAt: at, placedBy: 'legal-desk', version: 1 },
  });
}

describe('an erasure of a person whose data went to processors', () => {
  it('lists in its plan every processor that was allowed it', async () => {
    const harness = given();
    const requestId = await ask(harness, SUBJECT);
    await harness.run(() => requestOf(harness, requestId)?.status !== 'accepted');
    const { plan } = await getPlan(ADMIN, requestId, harness.service());
    expect(plan.processors).toEqual([
      { processorId: 'sandbox-email' },
      { processorId: 'sandbox-payments' },
      { processorId: 'sandbox-sms' },
    ]);
  });

  it('tells each, and its certificate says who has answered and who has not', async () => {
    const harness = given();
    harness.answers.set(SMS, () => DONE);
    harness.answers.set(EMAIL, () => WAITS);
    const requestId = await ask(harness, SUBJECT);
    await harness.run(() => harness.notices.of(requestId).some(({ state }) => state === 'acknowledged'));
    await harness.run(ended(harness, requestId));
    const certificate = harness.certificate(requestId);
    expect(certificate?.outcome).toBe('completed');
    expect(certificate?.processors.map(({ processorId }) => processorId)).toEqual([
      'sandbox-email',
      'sandbox-payments',
      'sandbox-sms',
    ]);
    expect(statesOf(harness.notices.of(requestId))).toMatchObject({
      'sandbox-payments': 'by-hand',
      'sandbox-sms': 'acknowledged',
    });
    expect(harness.metric('NoticesByHand')).toBe(1);
    expect(harness.metric('NoticesAcknowledged')).toBe(1);
  });

  it('is completed all the same where one never answers, and says that it has not', async () => {
    const harness = given({ processors: ['sandbox-sms'] });
    const requestId = await ask(harness, SUBJECT);
    await harness.run(ended(harness, requestId));
    expect(requestOf(harness, requestId)?.status).toBe('completed');
    expect(harness.certificate(requestId)?.processors).toEqual([
      expect.objectContaining({ processorId: 'sandbox-sms', route: 'api', state: 'to-tell', answeredAt: null }),
    ]);
  });

  it('escalates a silent processor once, asks it for ever, and takes its answer when it comes at last', async () => {
    const harness = given({ processors: ['sandbox-sms', 'sandbox-payments'] });
    const requestId = await ask(harness, SUBJECT);
    await harness.run(() => false, 22 * 24);
    expect(harness.metric('NoticesEscalated')).toBe(0);
    await harness.run(() => false, 20 * 24);
    // One is silent, and nobody has told the other by hand.
    expect(harness.metric('NoticesEscalated')).toBe(2);
    const before = harness.sent.length;
    await harness.run(() => false, 5 * 24);
    expect(harness.sent.length).toBeGreaterThan(before + 3);
    harness.answers.set(SMS, () => DONE);
    await harness.run(() => false, 3 * 24);
    expect(statesOf(harness.notices.of(requestId))['sandbox-sms']).toBe('acknowledged');
    expect(harness.metric('NoticesEscalated')).toBe(2);
  });

  it('reaches a processor that was allowed something after the plan was shown', async () => {
    const harness = given({ processors: ['sandbox-sms'] });
    const requestId = await ask(harness, TENANT);
    await harness.run(() => requestOf(harness, requestId)?.status === 'planned');
    harness.notices.allow('acme', 's2', 'sandbox-email');
    const { planHash } = await getPlan(ADMIN, requestId, harness.service());
    await confirmRequest(ADMIN, requestId, { planHash, by: 'user-18' }, harness.service());
    await harness.run(ended(harness, requestId));
    expect(harness.certificate(requestId)?.processors.map(({ processorId }) => processorId)).toEqual([
      'sandbox-email',
      'sandbox-sms',
    ]);
  });

  it('hands a processor that is in no register any more to a person, and forgets none', async () => {
    const harness = given({ processors: ['sandbox-sms', 'long-gone'] });
    const requestId = await ask(harness, SUBJECT);
    await harness.run(ended(harness, requestId));
    expect(harness.certificate(requestId)?.processors[0]).toMatchObject({
      processorId: 'long-gone',
      route: 'manual',
      state: 'by-hand',
    });
    harness.processors = processorsFor([]);
    await harness.run(() => false, 48);
    expect(statesOf(harness.notices.of(requestId))).toEqual({ 'long-gone': 'by-hand', 'sandbox-sms': 'by-hand' });
    expect(harness.metric('NoticesByHand')).toBe(2);
  });

  it('asks one that took the request how far it is, and tells it again where it has forgotten', async () => {
    const harness = given({ processors: ['sandbox-sms'] });
    harness.answers.set(SMS, () => WAITS);
    const requestId = await ask(harness, SUBJECT);
    await harness.run(() => false, 60);
    expect(statesOf(harness.notices.of(requestId))).toEqual({ 'sandbox-sms': 'told' });
    expect(harness.sent).toHaveLength(1);
    harness.answers.set(SMS, () => ({ outcome: 'answered', status: 404 }));
    await harness.run(() => false, 30);
    expect(harness.sent.length).toBeGreaterThan(1);
    expect(new Set(harness.sent.map(({ body }) => body)).size).toBe(1);
  });

  it('tells nobody of a request that was cancelled before its first deletion', async () => {
    const harness = given({ processors: ['sandbox-sms'] });
    const requestId = await ask(harness, TENANT);
    await harness.run(() => requestOf(harness, requestId)?.status === 'planned');
    await cancelRequest(ADMIN, requestId, { by: 'user-18' }, harness.service());
    await harness.run();
    expect(harness.sent).toEqual([]);
    expect(harness.notices.rows.size).toBe(0);
  });

  it('tells nobody where the cancellation comes between its beginning and its first deletion', async () => {
    const harness = given({ processors: ['sandbox-sms'] });
    const requestId = await ask(harness, SUBJECT);
    await harness.run(() => requestOf(harness, requestId)?.status === 'executing');
    await cancelRequest(ADMIN, requestId, { by: 'user-18' }, harness.service());
    await harness.run(() => false, 48);
    expect(requestOf(harness, requestId)?.status).toBe('cancelled');
    expect(harness.sent).toEqual([]);
    expect(harness.notices.rows.size).toBe(0);
  });

  it('tells nobody where the cancellation was written down and its writer then killed', async () => {
    const harness = given({ processors: ['sandbox-sms'] });
    const requestId = await ask(harness, SUBJECT);
    await harness.run(() => requestOf(harness, requestId)?.status === 'executing');
    const line = harness.control.line(new Invocation(new Random(1), 0, () => undefined));
    await line.cancel(requestId, 'user-18', harness.now());
    await harness.run(() => false, 48);
    expect(requestOf(harness, requestId)?.status).toBe('cancelled');
    expect(harness.notices.rows.size).toBe(0);
  });

  it('cannot be cancelled once a processor is to be told, though nothing is deleted here', async () => {
    const harness = new ErasureHarness(new Random(5), NO_FAULTS);
    harness.notices.allow('acme', SUBJECT.subjectId, 'sandbox-sms');
    const requestId = await ask(harness, SUBJECT);
    await harness.run(() => harness.notices.rows.size > 0);
    const cancelled = cancelRequest(ADMIN, requestId, { by: 'user-18' }, harness.service());
    await expect(cancelled).rejects.toMatchObject({ status: 409 });
    await harness.run(ended(harness, requestId));
    // The line was crossed, and yet there was no deletion of which the certificate could tell.
    expect(harness.certificate(requestId)).toMatchObject({ outcome: 'completed', firstDeletionAt: null });
  });

  it('waits with its certificate for the notices, however many messages get lost', async () => {
    const harness = given({ processors: ['sandbox-sms'] });
    const requestId = await ask(harness, SUBJECT);
    await harness.run(() => requestOf(harness, requestId)?.status === 'executing');
    harness.loseMessages();
    await harness.run(ended(harness, requestId));
    expect(requestOf(harness, requestId)?.status).toBe('completed');
    expect(statesOf(harness.certificate(requestId)?.processors)).toEqual({ 'sandbox-sms': 'to-tell' });
  });

  it('goes on where it began before processors were told at all', async () => {
    const harness = given({ processors: ['sandbox-sms'] });
    const requestId = await ask(harness, SUBJECT);
    await harness.run(() => requestOf(harness, requestId)?.status === 'verifying');
    // As it was left by a version that told nobody.
    harness.notices.rows.clear();
    harness.notices.announced.clear();
    harness.loseMessages();
    await harness.run(ended(harness, requestId));
    expect(statesOf(harness.certificate(requestId)?.processors)).toEqual({ 'sandbox-sms': 'to-tell' });
  });
});

describe('a legal hold', () => {
  it('on all of it keeps processors from being told, says so, and lets them be told when it is lifted', async () => {
    const harness = given();
    holdOn(harness);
    const requestId = await ask(harness, SUBJECT);
    await harness.run(ended(harness, requestId));
    const first = harness.certificate(requestId);
    expect(first?.outcome).toBe('held');
    expect(statesOf(first?.processors)).toEqual({
      'sandbox-email': 'held',
      'sandbox-payments': 'held',
      'sandbox-sms': 'held',
    });
    expect(harness.sent).toEqual([]);
    harness.control.holds.pop();
    await harness.run(() => requestOf(harness, requestId)?.status === 'completed', 30);
    expect(statesOf(harness.certificate(requestId)?.processors)).toMatchObject({ 'sandbox-payments': 'by-hand' });
    expect(harness.notices.rows.size).toBe(3);
  });

  it('on a person of whom nothing is left here still keeps what processors have of her', async () => {
    const harness = new ErasureHarness(new Random(3), NO_FAULTS, { sweepsNotices: true });
    harness.notices.allow('acme', SUBJECT.subjectId, 'sandbox-sms');
    holdOn(harness, { subjectId: SUBJECT.subjectId });
    const requestId = await ask(harness, SUBJECT);
    await harness.run(ended(harness, requestId));
    expect(harness.certificate(requestId)).toMatchObject({ outcome: 'held', holds: [{ holdId: 'hold-1' }] });
    expect(harness.sent).toEqual([]);
    harness.control.holds.pop();
    await harness.run(() => requestOf(harness, requestId)?.status === 'completed', 30);
    expect(harness.certificate(requestId)?.outcome).toBe('completed');
    expect(harness.notices.rows.size).toBe(1);
  });

  it('on another person, or on one class of data, keeps nobody from being told', async () => {
    for (const scope of [{ subjectId: 's2' }, { dataClass: 'customer-files' }]) {
      const harness = given({ processors: ['sandbox-sms'] });
      holdOn(harness, scope);
      const requestId = await ask(harness, SUBJECT);
      await harness.run(ended(harness, requestId));
      expect(statesOf(harness.certificate(requestId)?.processors)).toEqual({ 'sandbox-sms': 'to-tell' });
    }
  });
});

describe('whatever is killed, doubled or delayed', () => {
  it('every processor has its notice before anything is certified, once, and hears of it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 2 ** 31 - 1 }), fc.boolean(), async (seed, whole) => {
        const random = new Random(seed);
        const harness = given({ seed, faults: { kill: random.next() * 0.05, duplicate: random.next() * 0.3 } });
        harness.answers.set(SMS, () => (random.chance(0.5) ? DONE : { outcome: 'failed', fault: 'timed-out' }));
        harness.answers.set(EMAIL, () => (random.chance(0.5) ? WAITS : { outcome: 'answered', status: 503 }));
        const requestId = await ask(harness, whole ? TENANT : SUBJECT);
        if (whole) {
          await harness.run(() => requestOf(harness, requestId)?.status !== 'accepted');
          if (requestOf(harness, requestId)?.status !== 'planned') return;
          const { planHash } = await getPlan(ADMIN, requestId, harness.service());
          await confirmRequest(ADMIN, requestId, { planHash, by: 'user-18' }, harness.service());
        }
        await harness.run(() => false, 26 * 24);
        const certificate = harness.certificate(requestId);
        const status = requestOf(harness, requestId)?.status;
        if (status === 'failed') return;
        expect(status).toBe('completed');
        expect(certificate?.processors.map(({ processorId }) => processorId)).toEqual([
          'sandbox-email',
          'sandbox-payments',
          'sandbox-sms',
        ]);
        expect(certificate && contradiction(certificate)).toBeUndefined();
        const notices = harness.notices.of(requestId);
        expect(statesOf(notices)).toEqual({
          'sandbox-email': 'told',
          'sandbox-payments': 'by-hand',
          'sandbox-sms': 'acknowledged',
        });
        for (const { state, escalatedAt } of notices) expect(escalatedAt !== null).toBe(state !== 'acknowledged');
        // A kill between the write and the count may swallow the count; it never doubles it.
        expect(harness.metric('NoticesEscalated')).toBeLessThanOrEqual(2);
      }),
      { numRuns: 25 },
    );
  }, 60_000);
});

describe('what leaves, and what is kept,', () => {
  it('names the person by a reference alone, another one for each processor', async () => {
    const harness = given();
    harness.answers.set(SMS, () => DONE);
    const requestId = await ask(harness, SUBJECT);
    await harness.run(() => false, 48);
    expect(harness.sent.length).toBeGreaterThan(1);
    const everything = JSON.stringify([
      harness.sent,
      [...harness.notices.rows.values()],
      harness.certificate(requestId),
      harness.deadLetters,
    ]);
    expect(everything).not.toContain('CANARY');
    const references = harness.notices.of(requestId).map(({ reference }) => reference);
    expect(new Set(references).size).toBe(3);
    for (const { idempotencyKey } of harness.sent)
      expect(idempotencyKey).toMatch(new RegExp(`^${subjectRequestId({ requestId })}\\.sandbox-(sms|email)$`));
  });
});
