import { randomUUID } from 'node:crypto';
import { type Processors, startProcessors } from '../../bin/local/processors';
import { loadRegister } from '../../policies/load';
import { rawRequest, tokenFor } from './support/api';
import { scanTable } from './support/by-hand';
import { storeNamed, testCloud } from './support/cloud';
import { arrivedAt, canary, ended, placesOf, type Route, transferCalls } from './support/transfers';

const cloud = testCloud();
const { send, ask, taken, until } = transferCalls(cloud);
const PRIYA = { tenantId: 'sending-traders', subjectId: 'p-1', processorId: 'sandbox-sms' };
const PHONE = '+919830012345';
const ALL = ['sandbox-sms', 'sandbox-email', 'sandbox-whatsapp', 'sandbox-sms-lapsed', 'sandbox-email-incomplete'];

let processors: Processors;
beforeAll(async () => {
  processors = await startProcessors(cloud);
});
afterAll(() => processors.stop());

describe('a transfer that is permitted', () => {
  it('arrives signed and with its declared fields alone, masked as the contract says, and leaves no trace of values', async () => {
    const canaries = Array.from({ length: 6 }, canary);
    const [surname, email, pan, deep, listed, named = ''] = canaries;
    const transferId = await taken(PRIYA, {
      phone: PHONE,
      name: `Priya ${surname}`,
      templateId: 'order-shipped',
      email: `${email}@example.in`,
      pan,
      billing: { city: deep, phone: deep },
      items: [{ note: listed }, { phone: listed }],
      [named]: 'a field whose name is a value',
    });
    const view = await until(transferId, ended);
    expect(view).toMatchObject({ state: 'delivered', reason: null, stripped: { fields: ['email'] } });
    expect(view.stripped.unknown).toBeGreaterThanOrEqual(4);

    const [received, ...more] = arrivedAt(processors, 'sandbox-sms');
    expect(more).toEqual([]);
    expect(received).toMatchObject({ method: 'POST', path: '/v1/messages', signature: 'valid' });
    const body = JSON.parse(String(received?.body));
    expect(body).toEqual({ phone: PHONE, name: expect.stringMatching(/^\*{4}.{2}$/), templateId: 'order-shipped' });

    const bytes = `${received?.body}${JSON.stringify(received?.headers)}${received?.path}`;
    expect(canaries.filter((each) => bytes.includes(each))).toEqual([]);
    expect(await placesOf(cloud, [...canaries, PHONE])).toEqual([]);
    const payloads = await scanTable(cloud, storeNamed(cloud, 'transfer-payloads').name);
    expect(payloads).toEqual([]);
  });

  it('is encrypted where it waits, and dropped when it has arrived', async () => {
    const secret = canary();
    const whatsapp = processors.of('sandbox-whatsapp');
    whatsapp.behave({ kind: 'slow', ms: 4_000 });
    const transferId = await taken({ ...PRIYA, processorId: 'sandbox-whatsapp' }, { phone: PHONE, templateId: secret });
    const payloads = storeNamed(cloud, 'transfer-payloads').name;
    const waiting = JSON.stringify(await scanTable(cloud, payloads), (_, value) =>
      value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value,
    );
    expect(waiting).toContain('sending-traders#');
    expect(waiting).not.toContain(secret);
    expect(waiting).not.toContain(PHONE);
    whatsapp.behave({ kind: 'accept' });
    expect(await until(transferId, ended)).toMatchObject({ state: 'delivered' });
    expect(String(arrivedAt(processors, 'sandbox-whatsapp').at(-1)?.body)).toContain(secret);
    expect(await scanTable(cloud, payloads)).toEqual([]);
  });

  it('is one transfer however often and at once it is sent with one key', async () => {
    const before = arrivedAt(processors, 'sandbox-sms').length;
    const key = randomUUID();
    const payload = { phone: PHONE, templateId: 'once' };
    const answers = await Promise.all(Array.from({ length: 6 }, () => send(PRIYA, payload, { key })));
    answers.push(await send(PRIYA, payload, { key }));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 202));
    const ids = new Set(answers.map(({ json }) => (json as { transferId: string }).transferId));
    expect(ids.size).toBe(1);
    expect(await send(PRIYA, { ...payload, templateId: 'twice' }, { key })).toMatchObject({ status: 409 });
    await until([...ids][0] ?? '', ended);
    const arrived = arrivedAt(processors, 'sandbox-sms').slice(before);
    expect(new Set(arrived.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
  });
});

describe('a transfer that is denied', () => {
  it('does not leave, whatever it is denied for, and the answer says by which policy', async () => {
    const count = () => ALL.map((id) => arrivedAt(processors, id).length);
    const before = count();
    const secret = canary();
    const changes: readonly [Partial<Route>, string][] = [
      [{ purpose: 'subscription-payments' }, 'never.unregistered-purpose'],
      [{ purpose: 'campaigns' }, 'never.sms-campaign-without-consent'],
      [{ processorId: 'sandbox-sms-lapsed' }, 'never.after-contract'],
      [{ processorId: 'sandbox-email-incomplete' }, 'never.incomplete-safeguards'],
      [{ processorId: 'sandbox-nobody' }, 'register.unknown-processor'],
    ];
    for (const [change, policy] of changes) {
      const field = change.processorId === 'sandbox-email-incomplete' ? 'email' : 'phone';
      const refused = await send({ ...PRIYA, ...change }, { [field]: secret, templateId: secret });
      expect({ change, status: refused.status }).toEqual({ change, status: 403 });
      expect(refused.text).toContain(policy);
      expect(refused.text).not.toContain(secret);
      const decision = await ask({ ...PRIYA, ...change }, [field, 'templateId']);
      expect(decision).toMatchObject({ status: 200, json: { outcome: 'deny', obligations: null } });
      expect(decision.text).toContain(policy);
    }
    // The queue and the egress have had their time.
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    expect(count()).toEqual(before);
    expect(await placesOf(cloud, [secret])).toEqual([]);
  });
});

describe('the calls of transfers', () => {
  it('show and take nothing of another client’s tenant', async () => {
    const transferId = await taken(PRIYA, { phone: PHONE, templateId: 'mine' });
    const other = await tokenFor(cloud, 'sandbox');
    expect(await rawRequest(cloud, `/v1/transfers/${transferId}`, { token: other })).toMatchObject({ status: 404 });
    const sent = await send(PRIYA, { phone: PHONE }, { client: 'sandbox' });
    expect(sent.status).toBe(403);
    expect(await rawRequest(cloud, `/v1/transfers/${transferId}`)).toMatchObject({ status: 401 });
    await until(transferId, ended);
  });

  it('refuse a payload that is too large', async () => {
    const { payloadBytes } = loadRegister().transfers.relay;
    const secret = canary();
    const sent = await send(PRIYA, { phone: PHONE, templateId: secret + 'x'.repeat(payloadBytes) });
    expect(sent.status).toBe(413);
    expect(sent.text).not.toContain(secret);
  });
});

describe('a processor', () => {
  it('that fails and hangs and then recovers gets it in the end, with the same key', async () => {
    const email = processors.of('sandbox-email');
    const whatsapp = processors.of('sandbox-whatsapp');
    email.behave({ kind: 'hang' });
    whatsapp.behave({ kind: 'status', status: 500 });
    const before = { email: email.received.length, whatsapp: whatsapp.received.length };
    const hanging = await taken({ ...PRIYA, processorId: 'sandbox-email' }, { email: 'a@example.in', templateId: 't' });
    const failing = await taken({ ...PRIYA, processorId: 'sandbox-whatsapp' }, { phone: PHONE, templateId: 't' });
    await until(failing, ({ attempts }) => attempts >= 1);
    whatsapp.behave({ kind: 'accept' });
    await until(hanging, ({ attempts }) => attempts >= 1);
    email.behave({ kind: 'accept' });
    for (const id of [failing, hanging]) expect(await until(id, ended, 90_000)).toMatchObject({ state: 'delivered' });
    for (const [server, from] of [
      [email, before.email],
      [whatsapp, before.whatsapp],
    ] as const) {
      const keys = server.received.slice(from).map(({ headers }) => headers['idempotency-key']);
      expect(keys.length).toBeGreaterThanOrEqual(2);
      expect(new Set(keys).size).toBe(1);
    }
  });

  it('that sends it on to another address is not followed', async () => {
    const sms = processors.of('sandbox-sms');
    const email = processors.of('sandbox-email');
    const before = email.received.length;
    const payload = { phone: PHONE, templateId: 'redirected' };
    for (const to of ['http://169.254.169.254/latest/meta-data/', `https://127.0.0.1:${email.port}/v1/messages`]) {
      sms.behave({ kind: 'redirect', to });
      const view = await until(await taken(PRIYA, payload), ended);
      expect(view).toMatchObject({ state: 'failed', attempts: 1 });
      expect(view.reason?.code).toContain('redirect');
    }
    sms.behave({ kind: 'accept' });
    expect(email.received.length).toBe(before);
  });
});
