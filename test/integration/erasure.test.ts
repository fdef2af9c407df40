import { randomUUID } from 'node:crypto';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { isOver, poll } from '../../bin/cli/watch';
import { publicKeyPem } from '../../bin/local/public-key';
import { snapshotTenant } from '../../bin/local/snapshot';
import { verifyCertificate } from '../../lambda/certificate/verify';
import { SHARED } from '../../lambda/shared/layout';
import { loadRegister } from '../../policies/load';
import { apiFor, eraseToTheEnd, erasureOf } from './support/api';
import { countTenant, listBucket, scanTable } from './support/by-hand';
import { awsClients } from './support/clients';
import { storeNamed, testCloud } from './support/cloud';
import { fillTenant, holdVersion, putVersion } from './support/fill';
import { allLogs, allQueues, emulatorLog, peek } from './support/traces';

const cloud = testCloud();
const api = apiFor(cloud);

async function certificateOf(requestId: string) {
  const file = Buffer.from(await api.certificate(requestId));
  return verifyCertificate(file, await publicKeyPem(cloud));
}

describe('erasing a tenant', () => {
  it('leaves nothing of it, everything of the others, and a certificate that says so', async () => {
    await fillTenant(cloud, 'gone-traders', { subjects: ['p1', 'p2', 'p3'], versions: 20, rows: 30 });
    // An id that begins alike, to catch a prefix without its end.
    await fillTenant(cloud, 'gone-traders-2', { subjects: ['p1'], versions: 5, rows: 5 });
    const before = await snapshotTenant(cloud, 'gone-traders-2');

    const view = await eraseToTheEnd(api, { tenantId: 'gone-traders' });

    expect(view).toMatchObject({ status: 'completed', round: 1 });
    expect(await countTenant(cloud, 'gone-traders')).toBe(0);
    expect(await snapshotTenant(cloud, 'gone-traders-2')).toEqual(before);
    const verdict = await certificateOf(view.requestId);
    if (!verdict.ok) throw new Error(verdict.reason);
    const erased = Object.fromEntries(verdict.certificate.stores.map((store) => [store.storeId, store.erased]));
    expect(erased['customer-files']).toEqual({ versions: 60, deleteMarkers: 12, uploads: 3, items: 0 });
    expect(erased['crm-records']).toMatchObject({ items: 90 });
    expect(erased.accounts).toMatchObject({ items: 3 });
    expect(erased.exports).toMatchObject({ versions: 4 });
  });

  it('finds what lies outside the key layout too', async () => {
    await fillTenant(cloud, 'untidy-traders', { subjects: ['p1'], versions: 2, rows: 2 });
    const store = storeNamed(cloud, 'customer-files');
    const { s3 } = awsClients(cloud);
    for (const Key of ['untidy-traders/loose.txt', 'untidy-traders/zz/नमस्ते.pdf', 'untidy-traders/08/'])
      await s3.send(
        new PutObjectCommand({ Bucket: store.name, Key, Body: 'x', SSEKMSKeyId: cloud.dataKeys['customer-files'] }),
      );
    expect(await eraseToTheEnd(api, { tenantId: 'untidy-traders' })).toMatchObject({ status: 'completed' });
    expect(await countTenant(cloud, 'untidy-traders')).toBe(0);
  });

  it('waits for a confirmation, and a cancelled request stays cancelled', async () => {
    await fillTenant(cloud, 'kept-traders', { subjects: ['p1'], versions: 3, rows: 3 });
    const before = await snapshotTenant(cloud, 'kept-traders');
    const { requestId } = await api.create(erasureOf({ tenantId: 'kept-traders' }), randomUUID());
    await poll(api, requestId, { until: ({ status }) => status === 'planned', timeoutMs: 30_000 });
    expect(await api.cancel(requestId, { by: 'test-admin' })).toMatchObject({ status: 'cancelled' });
    const view = await poll(api, requestId, { until: isOver, timeoutMs: 30_000 });
    expect(view.status).toBe('cancelled');
    expect(await snapshotTenant(cloud, 'kept-traders')).toEqual(before);
  });
});

describe('erasing a person', () => {
  it('takes hers and what the tenant shares in exports, and nothing else', async () => {
    await fillTenant(cloud, 'person-clinic', { subjects: ['p1', 'p10', 'p2'], versions: 6, rows: 6 });
    const others = (_store: unknown, key: string) => key.includes('p1/') || key.startsWith('p1#');
    const except = (store: { id: string }, key: string) =>
      others(store, key) || (store.id === 'exports' && key.includes(`/${SHARED}/`));
    const before = await snapshotTenant(cloud, 'person-clinic', { except });

    const view = await eraseToTheEnd(api, { tenantId: 'person-clinic', subjectId: 'p1' });

    expect(view).toMatchObject({ status: 'completed' });
    expect(await snapshotTenant(cloud, 'person-clinic')).toEqual(before);
    const keys = await listBucket(cloud, storeNamed(cloud, 'customer-files'));
    expect(keys.filter(({ key }) => /^person-clinic\/[^/]+\/p1\//.test(key))).toEqual([]);
    const rows = await scanTable(cloud, storeNamed(cloud, 'crm-records').name);
    expect(rows.filter(({ sk }) => sk?.S?.startsWith('p1#') && sk.S.includes('person-clinic'))).toEqual([]);
  });

  it('ends as held, not as completed, where a version is under legal hold', async () => {
    await fillTenant(cloud, 'held-clinic', { subjects: ['p1'], versions: 3, rows: 3 });
    const held = await putVersion(cloud, 'customer-files', 'held-clinic', 'p1', 'evidence.pdf');
    await holdVersion(cloud, held, 'ON');
    const view = await eraseToTheEnd(api, { tenantId: 'held-clinic', subjectId: 'p1' });
    await holdVersion(cloud, held, 'OFF');

    expect(view.status).toBe('held');
    expect(view.reasons).toEqual([expect.objectContaining({ code: 'held', storeId: 'customer-files' })]);
    const left = (await listBucket(cloud, storeNamed(cloud, 'customer-files'))).filter(({ key }) =>
      key.startsWith('held-clinic/'),
    );
    expect(left.map(({ id }) => id)).toEqual([held.versionId]);
    const verdict = await certificateOf(view.requestId);
    expect(verdict).toMatchObject({ ok: true, certificate: { outcome: 'held' } });
  });

  it('and the tenant around her at the same time both end truthfully', async () => {
    await fillTenant(cloud, 'double-clinic', { subjects: ['p1', 'p2'], versions: 10, rows: 10 });
    const ends = await Promise.all([
      eraseToTheEnd(api, { tenantId: 'double-clinic' }),
      eraseToTheEnd(api, { tenantId: 'double-clinic', subjectId: 'p1' }),
    ]);
    expect(ends.map(({ status }) => status)).toEqual(['completed', 'completed']);
    expect(await countTenant(cloud, 'double-clinic')).toBe(0);
  });
});

describe('personal data', () => {
  it('goes nowhere but into the stores: not into logs, queues, answers or the control table', async () => {
    // What the alarm on canaries looks for.
    const canary = `${loadRegister().monitoring.canary.marker}-integration`;
    await fillTenant(cloud, 'canary-clinic', { subjects: ['p-canary-77'], versions: 4, rows: 4, text: canary });
    const body = { ...erasureOf({ tenantId: 'canary-clinic', subjectId: 'p-canary-77' }) };
    const bad = await api.create({ ...body, reason: canary } as never, randomUUID()).catch((error: Error) => error);
    const view = await eraseToTheEnd(api, { tenantId: 'canary-clinic', subjectId: 'p-canary-77' });
    expect(view.status).toBe('completed');

    const queues = await Promise.all((await allQueues(cloud)).map((url) => peek(cloud, url)));
    const control = await scanTable(cloud, cloud.controlTable);
    const traces = {
      logs: await allLogs(cloud),
      emulator: emulatorLog(cloud),
      queues,
      control,
      answers: [view, String(bad), JSON.stringify(bad), await api.plan(view.requestId)],
    };
    for (const [where, trace] of Object.entries(traces))
      expect({ where, leaked: JSON.stringify(trace).includes(canary) }).toEqual({ where, leaked: false });
    // Once the request has ended, not even the opaque subject id is kept.
    expect(JSON.stringify(control)).not.toContain('p-canary-77');
    expect(traces.logs.length).toBeGreaterThan(0);
  });
});
