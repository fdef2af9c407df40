import { plusMs } from '../../../lambda/shared/clock';
import { METRIC } from '../../../lambda/shared/names';
import type { Delivery, DeliveryFault } from '../../../lambda/transfer/deliver';
import type { TransferView } from '../../../lambda/transfer/model';
import { BODY, MESSAGE, PAYLOADS, RelayHarness, sandboxes, TABLE, words } from './support/relay-harness';
import { restriction } from './support/rules';

let cloud: RelayHarness;
beforeEach(() => {
  cloud = new RelayHarness();
});

const HOUR_MS = 3_600_000;
const status = (code: number): Delivery => ({ outcome: 'answered', status: code });
const failed = (fault: DeliveryFault): Delivery => ({ outcome: 'failed', fault });

describe('a delivery', () => {
  it('is the message alone, under the id of the transfer, and drops the payload', async () => {
    const { transferId } = await cloud.create();
    await cloud.drain();
    expect(cloud.sent).toMatchObject([
      { endpoint: 'https://sms.processors.test/v1/messages', idempotencyKey: transferId },
    ]);
    expect(JSON.parse(Buffer.from(cloud.sent[0]?.body ?? []).toString())).toEqual(MESSAGE);
    expect(await cloud.read(transferId)).toMatchObject({ state: 'delivered', reason: null, attempts: 1 });
    expect([cloud.payloads(), cloud.queue.size]).toEqual([0, 0]);
    expect(cloud.counted[METRIC.transfersDelivered]).toBe(1);
  });

  it('keeps nothing afterwards that could lead to the person or open anything', async () => {
    await cloud.create();
    await cloud.drain();
    const [row] = cloud.table.all(TABLE).filter(({ pk }) => String(pk).startsWith('XFER#'));
    expect(row).toMatchObject({ record: { payloadKey: null } });
    expect(row).not.toHaveProperty('dueAt');
  });

  it.each([
    [status(400), 'processor-refused', 400],
    [status(404), 'processor-refused', 404],
    [failed('redirected'), 'redirected', null],
    [failed('endpoint-refused'), 'endpoint-refused', null],
  ])('that is refused (%j) fails at once and drops the payload', async (answer, code, given) => {
    const { transferId } = await cloud.create();
    cloud.answer = () => answer;
    await cloud.finish();
    expect(await cloud.read(transferId)).toMatchObject({
      state: 'failed',
      reason: { code, status: given },
      attempts: 1,
    });
    expect([cloud.payloads(), cloud.sent.length]).toEqual([0, 1]);
    expect(cloud.counted[METRIC.transfersFailed]).toBe(1);
  });

  it.each([
    status(500),
    status(503),
    status(429),
    failed('timed-out'),
    failed('connection-failed'),
    failed('name-not-found'),
    failed('certificate-refused'),
    failed('address-refused'),
  ])('that fails for now (%j) is tried again under the same key until it succeeds', async (answer) => {
    const { transferId } = await cloud.create();
    cloud.answer = () => (cloud.sent.length < 3 ? answer : status(200));
    await cloud.drain();
    expect(await cloud.read(transferId)).toMatchObject({ state: 'queued', attempts: 1 });
    await cloud.finish();
    expect(await cloud.read(transferId)).toMatchObject({ state: 'delivered', attempts: 3 });
    expect(new Set(cloud.sent.map(({ idempotencyKey }) => idempotencyKey))).toEqual(new Set([transferId]));
    expect(cloud.payloads()).toBe(0);
  });

  it('that always fails ends after the register’s number of attempts, with what came of the last', async () => {
    const { transferId } = await cloud.create();
    cloud.answer = () => status(500);
    await cloud.finish();
    const view = await cloud.read(transferId);
    expect(view).toMatchObject({ state: 'failed', reason: { code: 'processor-failed', status: 500 } });
    expect(view.attempts).toBe(words.relay.maxAttempts);
    expect([cloud.payloads(), cloud.queue.size, cloud.sent.length]).toEqual([0, 0, words.relay.maxAttempts]);
  });

  it('is given up when its hours are over, however few attempts there were', async () => {
    const { transferId } = await cloud.create();
    cloud.now = plusMs(cloud.now, words.relay.giveUpAfterHours * HOUR_MS);
    await cloud.drain();
    expect(await cloud.read(transferId)).toMatchObject({ state: 'failed', reason: { code: 'gave-up' } });
    expect([cloud.payloads(), cloud.sent.length]).toEqual([0, 0]);
  });
});

describe('before each attempt it is asked again whether it may go, and it stops', () => {
  const later = async (given: () => void) => {
    const { transferId } = await cloud.create();
    cloud.answer = () => status(500);
    await cloud.drain();
    given();
    cloud.answer = () => status(200);
    await cloud.finish();
    return cloud.read(transferId);
  };

  it.each([
    [
      'a country was restricted',
      () => cloud.restrictions.push(restriction({ kind: 'country', country: 'IN' }, '2026-12-01')),
    ],
    [
      'somebody pulled the kill switch',
      () => cloud.restrictions.push(restriction({ kind: 'processor', processorId: 'sandbox-sms' }, '2026-12-01')),
    ],
    [
      'the contract ended',
      () => cloud.restrictions.push(restriction({ kind: 'contract', processorId: 'sandbox-sms' }, '2026-11-30')),
    ],
    ['the tenant left', () => (cloud.tenantActive = false)],
  ])('when %s', async (_what, given) => {
    expect(await later(given)).toMatchObject({ state: 'stopped', reason: { code: 'no-longer-allowed' }, attempts: 1 });
    expect([cloud.sent.length, cloud.payloads()]).toEqual([1, 0]);
    expect(cloud.counted[METRIC.transfersStopped]).toBe(1);
    const denials = cloud.table.all(TABLE).filter(({ record }) => (record as { outcome?: string })?.outcome === 'deny');
    expect(denials).toHaveLength(1);
  });

  it('when the contract ended by the calendar, between two attempts', async () => {
    cloud.processors = sandboxes.map((each) => ({
      ...each,
      contract: each.contract && { ...each.contract, validUntil: '2026-12-01' },
    }));
    const view = await later(() => {
      cloud.now = new Date('2026-12-01T18:30:00.000Z');
    });
    expect(view).toMatchObject({ state: 'stopped', reason: { code: 'no-longer-allowed' } });
    expect(cloud.sent).toHaveLength(1);
  });

  it('when the field contract is another one than it was cut down to', async () => {
    const view = await later(() => {
      cloud.processors = sandboxes.map((each) => ({
        ...each,
        purposes: each.purposes.map((purpose) => ({
          ...purpose,
          fields: purpose.fields.filter(({ name }) => name !== 'name'),
        })),
      }));
    });
    expect(view).toMatchObject({ state: 'stopped', reason: { code: 'field-contract-changed' } });
    expect(cloud.sent).toHaveLength(1);
  });

  it('when the person was erased meanwhile', async () => {
    const view = await later(() => {
      cloud.table.tables.get(PAYLOADS)?.clear();
    });
    expect(view).toMatchObject({ state: 'stopped', reason: { code: 'payload-gone' } });
    expect(cloud.sent).toHaveLength(1);
  });

  it('but waits where that cannot be read, and sends when it can', async () => {
    const { transferId } = await cloud.create();
    cloud.liveFails = true;
    await cloud.drain();
    cloud.now = plusMs(cloud.now, HOUR_MS);
    await cloud.drain();
    expect(await cloud.read(transferId)).toMatchObject({ state: 'queued', attempts: 0 });
    expect([cloud.sent.length, cloud.payloads(), cloud.queue.size]).toEqual([0, 1, 1]);
    cloud.liveFails = false;
    await cloud.finish();
    expect(await cloud.read(transferId)).toMatchObject({ state: 'delivered' });
  });
});

describe('two messages of one transfer', () => {
  it('send it once, if the first is in time', async () => {
    const { transferId } = await cloud.create();
    await cloud.queue.send({ type: 'deliver', transferId });
    await cloud.drain();
    await cloud.finish(1);
    expect(cloud.sent).toHaveLength(1);
  });

  it('do not shorten the delay before the next attempt', async () => {
    const { transferId } = await cloud.create();
    cloud.answer = () => status(500);
    await cloud.drain();
    await cloud.queue.send({ type: 'deliver', transferId });
    await cloud.drain();
    expect(cloud.sent).toHaveLength(1);
  });

  it('do not send at the same time', async () => {
    const { transferId } = await cloud.create();
    cloud.answer = async () => {
      await cloud.queue.send({ type: 'deliver', transferId });
      await cloud.drain();
      return status(200);
    };
    await cloud.drain();
    expect(cloud.sent).toHaveLength(1);
    await cloud.finish(1);
    expect([cloud.sent.length, (await cloud.read(transferId)).state]).toEqual([1, 'delivered']);
  });
});

describe('the slots of a processor', () => {
  it('let no more deliveries go to it at once than the register says, and count no attempt for the others', async () => {
    let atOnce = 0;
    let most = 0;
    const views: TransferView[] = [];
    for (let n = 0; n < 10; n++) views.push(await cloud.create(BODY, `key-${n}`));
    cloud.answer = async () => {
      most = Math.max(most, ++atOnce);
      // Everybody who is let in is in by now.
      for (let turns = 0; turns < 50; turns++) await new Promise((resolve) => setImmediate(resolve));
      atOnce--;
      return status(200);
    };
    for (let rounds = 0; rounds < 20 && cloud.queue.size > 0; rounds++) {
      await Promise.all(Array.from({ length: 10 }, () => cloud.drain()));
      cloud.now = plusMs(cloud.now, 60_000);
    }
    expect(most).toBe(words.relay.perProcessor);
    for (const { transferId } of views)
      expect(await cloud.read(transferId)).toMatchObject({ state: 'delivered', attempts: 1 });
  });

  it('leave a processor alone for a while after it failed, without counting attempts', async () => {
    const first = await cloud.create(BODY, 'key-1');
    const second = await cloud.create(BODY, 'key-2');
    cloud.answer = () => failed('timed-out');
    await cloud.drain();
    expect(cloud.sent).toHaveLength(1);
    const attempts = [await cloud.read(first.transferId), await cloud.read(second.transferId)].map((x) => x.attempts);
    expect(attempts.sort()).toEqual([0, 1]);
  });

  it('of one processor say nothing about another', async () => {
    const slow = await cloud.create(BODY, 'key-1');
    cloud.answer = ({ endpoint }) => (endpoint.includes('sms') ? failed('timed-out') : status(200));
    await cloud.drain();
    const email = sandboxes.find(({ id }) => id === 'sandbox-email');
    const body = { ...BODY, processorId: email?.id ?? '', payload: { email: 'p@example.in', templateId: 'hi' } };
    const fast = await cloud.create(body, 'key-2');
    await cloud.drain();
    expect([(await cloud.read(slow.transferId)).state, (await cloud.read(fast.transferId)).state]).toEqual([
      'queued',
      'delivered',
    ]);
  });

  it('hold for notices too', async () => {
    cloud.answer = () => failed('timed-out');
    await cloud.queue.send({ type: 'notify', requestId: 'er-1', processorId: 'sandbox-sms' });
    await cloud.queue.send({ type: 'notify', requestId: 'er-2', processorId: 'sandbox-sms' });
    await cloud.drain();
    expect(cloud.notified).toEqual(['er-1']);
    await cloud.finish(1);
    expect(cloud.notified).toEqual(['er-1', 'er-2']);
  });

  it('keep no transfer beyond its time, though its processor never had one for it', async () => {
    const { transferId } = await cloud.create();
    cloud.egress.slots.claim = async () => ({ outcome: 'busy' });
    await cloud.finish();
    expect(await cloud.read(transferId)).toMatchObject({ state: 'failed', reason: { code: 'gave-up' }, attempts: 0 });
    expect([cloud.payloads(), cloud.queue.size]).toEqual([0, 0]);
  });

  it('may be long in coming, and no sweep sends a second message meanwhile', async () => {
    const { transferId } = await cloud.create();
    const { slots } = cloud.egress;
    const { claim } = slots;
    slots.claim = async () => ({ outcome: 'busy' });
    await cloud.finish(6);
    expect(cloud.queue.size).toBe(1);
    slots.claim = claim;
    await cloud.finish(1);
    expect(await cloud.read(transferId)).toMatchObject({ state: 'delivered', attempts: 1 });
  });

  it('are not lost when the clock is set back', async () => {
    const future = plusMs(cloud.now, 90 * 24 * HOUR_MS);
    const { slots } = cloud.egress;
    for (let n = 0; n < words.relay.perProcessor; n++) {
      const claim = await slots.claim('sandbox-sms', future);
      if (n === 0 && claim.outcome === 'claimed') await slots.release(claim.slot, 'failing', future);
    }
    cloud.now = plusMs(cloud.now, 1000);
    expect(await cloud.egress.slots.claim('sandbox-sms', cloud.now)).toMatchObject({ outcome: 'claimed' });
  });

  it('come back by themselves from whoever was killed', async () => {
    for (let n = 0; n < words.relay.perProcessor; n++)
      expect(await cloud.egress.slots.claim('sandbox-sms', cloud.now)).toMatchObject({ outcome: 'claimed' });
    expect(await cloud.egress.slots.claim('sandbox-sms', cloud.now)).toMatchObject({ outcome: 'busy' });
    cloud.now = plusMs(cloud.now, 60_000);
    expect(await cloud.egress.slots.claim('sandbox-sms', cloud.now)).toMatchObject({ outcome: 'claimed' });
  });
});
