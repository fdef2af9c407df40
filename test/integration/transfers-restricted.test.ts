import { advanceClock, resetClock } from '../../bin/local/clock';
import { type Processors, startProcessors } from '../../bin/local/processors';
import { loadRegister } from '../../policies/load';
import { rawRequest, tokenFor } from './support/api';
import { testCloud } from './support/cloud';
import { arrivedAt, ended, transferCalls } from './support/transfers';

const cloud = testCloud();
const { send, ask, taken, until, post } = transferCalls(cloud);
const ROUTE = { tenantId: 'closing-traders', subjectId: 'p-1', processorId: 'sandbox-whatsapp' };
const PAYLOAD = { phone: '+919830012345', templateId: 'order-shipped' };
const CACHE_MS = loadRegister().transfers.decision.cacheSeconds.seconds * 1_000;

let processors: Processors;
beforeAll(async () => {
  processors = await startProcessors(cloud);
});
afterAll(async () => {
  await processors.stop();
  await resetClock(cloud);
});

const order = {
  scope: { kind: 'country', country: 'US' },
  from: '2026-01-01',
  authority: 'G.S.R. 901(E)',
  approver: 'counsel-3',
};
const close = (dryRun: boolean) => post('/v1/transfer-restrictions', { ...order, dryRun }, 'legal-desk');
const lift = (id: string, approver: string) => post(`/v1/transfer-restrictions/${id}/lift`, { approver }, 'legal-desk');

describe('closing a country', () => {
  it('previews, stops what is asked and what waits once the cache is too old, and ends by two people', async () => {
    expect(await until(await taken(ROUTE, PAYLOAD), ended)).toMatchObject({ state: 'delivered' });
    const whatsapp = processors.of('sandbox-whatsapp');
    whatsapp.behave({ kind: 'status', status: 503 });
    const waiting = await taken(ROUTE, PAYLOAD);
    await until(waiting, ({ attempts }) => attempts >= 1);

    const preview = await close(true);
    expect(preview).toMatchObject({
      status: 200,
      json: { restriction: null, impact: { processors: [{ processorId: 'sandbox-whatsapp' }] } },
    });
    expect(preview.text).toContain('closing-traders');
    expect(await ask(ROUTE, ['phone'])).toMatchObject({ json: { outcome: 'allow' } });

    const closed = await close(false);
    expect(closed).toMatchObject({ status: 201, json: { restriction: { state: 'standing', inForce: true } } });
    const { restrictionId } = (closed.json as { restriction: { restrictionId: string } }).restriction;
    // What a function knows of the moment is older now than it may be.
    await advanceClock(cloud, CACHE_MS + 1);
    expect(await ask(ROUTE, ['phone'])).toMatchObject({
      json: { outcome: 'deny', decidedBy: [{ id: 'never.restricted-country' }] },
    });
    expect((await send(ROUTE, PAYLOAD)).status).toBe(403);

    const before = arrivedAt(processors, 'sandbox-whatsapp').length;
    whatsapp.behave({ kind: 'accept' });
    expect(await until(waiting, ended)).toMatchObject({ state: 'stopped' });
    expect(arrivedAt(processors, 'sandbox-whatsapp').length).toBe(before);
    // India is not concerned.
    expect(await ask({ ...ROUTE, processorId: 'sandbox-sms' }, ['phone'])).toMatchObject({
      json: { outcome: 'allow' },
    });

    const token = await tokenFor(cloud, 'auditor');
    const listed = await rawRequest(cloud, '/v1/transfer-restrictions', { token });
    expect(listed.text).toContain(restrictionId);
    expect(await lift(restrictionId, 'counsel-3')).toMatchObject({ status: 200, json: { state: 'standing' } });
    expect(await lift(restrictionId, 'counsel-3')).toMatchObject({ status: 409 });
    expect(await lift(restrictionId, 'counsel-4')).toMatchObject({ status: 200, json: { state: 'lifted' } });
  });

  it('is for the legal desk', async () => {
    const token = await tokenFor(cloud);
    const answer = await rawRequest(cloud, '/v1/transfer-restrictions', { method: 'POST', token, body: order });
    expect(answer.status).toBe(403);
  });
});
