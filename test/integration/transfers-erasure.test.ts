import { randomUUID } from 'node:crypto';
import { advanceClock, resetClock } from '../../bin/local/clock';
import { terminationUntil } from '../../bin/local/fast-forward';
import { type Processors, startProcessors } from '../../bin/local/processors';
import { publicKeyPem } from '../../bin/local/public-key';
import { verifyCertificate } from '../../lambda/certificate/verify';
import { loadRegister } from '../../policies/load';
import { apiFor, eraseToTheEnd, rawRequest, tokenFor } from './support/api';
import { scanTable } from './support/by-hand';
import { storeNamed, testCloud } from './support/cloud';
import { fillTenant } from './support/fill';
import { arrivedAt, canary, ended, placesOf, transferCalls } from './support/transfers';

const cloud = testCloud();
const api = apiFor(cloud);
const { taken, until, resolve, post, send } = transferCalls(cloud);
const TENANT = 'forgetting-clinic';

let processors: Processors;
beforeAll(async () => {
  processors = await startProcessors(cloud);
});
afterAll(async () => {
  await processors.stop();
  await resetClock(cloud);
});

/** Sends an e-mail about a person and resolves with the token that arrived instead of the name. */
async function tokenOf(subjectId: string, name: string): Promise<string> {
  const route = { tenantId: TENANT, subjectId, processorId: 'sandbox-email' };
  const transferId = await taken(route, { email: `${subjectId}@example.in`, name, templateId: 't' });
  expect(await until(transferId, ended)).toMatchObject({ state: 'delivered' });
  const body = JSON.parse(String(arrivedAt(processors, 'sandbox-email').at(-1)?.body)) as { name: string };
  return body.name;
}

const mappings = async () =>
  (await scanTable(cloud, storeNamed(cloud, 'token-vault').name)).filter(({ pk }) => pk?.S?.startsWith(`${TENANT}#`));

describe('erasing a person whose data processors have', () => {
  it('tells each of them, takes the mapping of her token, and certifies who has answered and who has not', async () => {
    await fillTenant(cloud, TENANT, { subjects: ['p1', 'p2'], versions: 2, rows: 2 });
    const name = canary();
    const [hers, again, others] = [await tokenOf('p1', name), await tokenOf('p1', name), await tokenOf('p2', name)];
    expect(again).toBe(hers);
    expect(others).not.toBe(hers);
    expect(hers).toMatch(/^Person-/);
    const sms = { tenantId: TENANT, subjectId: 'p1', processorId: 'sandbox-sms' };
    await until(await taken(sms, { phone: '+919830012345', templateId: 't' }), ended);

    expect(await resolve(TENANT, hers)).toMatchObject({ status: 200, json: { subjectId: 'p1', value: name } });
    expect(await resolve(TENANT, hers, 'campaigns')).toMatchObject({ status: 403 });
    expect(await resolve('forgetting', hers)).toMatchObject({ status: 404 });
    const disclosures = await rawRequest(cloud, `/v1/disclosures?tenantId=${TENANT}&subjectId=p1`, {
      token: await tokenFor(cloud),
    });
    expect(disclosures).toMatchObject({
      status: 200,
      json: { processors: [{ processorId: 'sandbox-email' }, { processorId: 'sandbox-sms' }] },
    });
    expect(disclosures.text).not.toContain(name);

    processors.of('sandbox-email').behaveOnErasure('never-answers');
    const view = await eraseToTheEnd(api, { tenantId: TENANT, subjectId: 'p1' });
    expect(view.status).toBe('completed');

    const verdict = verifyCertificate(await api.certificate(view.requestId), await publicKeyPem(cloud));
    if (!verdict.ok) throw new Error(verdict.reason);
    expect(verdict.certificate.processors.map(({ processorId }) => processorId)).toEqual([
      'sandbox-email',
      'sandbox-sms',
    ]);
    const states = async () => {
      const path = `/v1/erasure-requests/${view.requestId}/processors`;
      return (await rawRequest(cloud, path, { token: await tokenFor(cloud) })).text;
    };
    const end = Date.now() + 30_000;
    while (!(await states()).includes('"acknowledged"') && Date.now() < end)
      await new Promise((done) => setTimeout(done, 250));
    expect(JSON.parse(await states())).toMatchObject({
      items: [
        { processorId: 'sandbox-email', state: 'to-tell', answeredAt: null },
        { processorId: 'sandbox-sms', state: 'acknowledged' },
      ],
    });
    const told = processors.of('sandbox-sms').received.filter(({ path }) => path.startsWith('/v1/requests'));
    expect(told[0]).toMatchObject({ method: 'POST', signature: 'valid' });
    expect(String(told[0]?.body)).not.toContain('"p1"');

    // The same answer as for a token that never was, and the other person's is as it was.
    const gone = await resolve(TENANT, hers);
    expect(gone.status).toBe(404);
    expect(gone.text).not.toContain(name);
    expect((await mappings()).map(({ sk }) => sk?.S?.split('#')[0])).toEqual(['p2']);
    expect(await resolve(TENANT, others)).toMatchObject({ status: 200 });
    expect(await placesOf(cloud, [name])).toEqual([]);
    const records = await scanTable(cloud, cloud.transferTable ?? '');
    expect(records.filter(({ pk }) => pk?.S?.startsWith('ACCESS#')).length).toBeGreaterThanOrEqual(5);
    expect(
      await post('/v1/tokens/resolve', { tenantId: TENANT, token: name, purpose: 'delivery-failure' }),
    ).toMatchObject({
      status: 400,
    });
  });
});

describe('a tenant whose contract has ended', () => {
  it('has no token turned back any more, and nothing sent', async () => {
    const ceased = 'ceased-clinic';
    const route = { tenantId: ceased, subjectId: 'p1', processorId: 'sandbox-email' };
    const payload = { email: 'p1@example.in', name: canary(), templateId: 't' };
    await until(await taken(route, payload), ended);
    const { name: token } = JSON.parse(String(arrivedAt(processors, 'sandbox-email').at(-1)?.body)) as { name: string };
    expect(await resolve(ceased, token)).toMatchObject({ status: 200 });

    const at = new Date().toISOString();
    const instruction = { by: 'test-admin', role: 'tenant-admin', authentication: 'mfa', at };
    await api.terminate(ceased, { instruction }, randomUUID());
    await terminationUntil(api, ceased, 'hidden', ({ hidden }) => hidden);
    expect(await resolve(ceased, token)).toMatchObject({ status: 409 });
    // What a function knows of the tenant is older now than it may be.
    await advanceClock(cloud, loadRegister().transfers.decision.cacheSeconds.seconds * 1_000 + 1);
    const sent = await send(route, payload);
    expect(sent.status).toBe(403);
    expect(sent.text).toContain('never.after-termination');
  });
});
