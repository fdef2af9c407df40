import { InvokeCommand } from '@aws-sdk/client-lambda';
import { GetObjectLegalHoldCommand } from '@aws-sdk/client-s3';
import type { SignedCertificate } from '../../lambda/certificate/certificate';
import type { HoldView, PlaceBody } from '../../lambda/holds/model';
import { SHARED } from '../../lambda/shared/layout';
import { apiFor, eraseToTheEnd, rawRequest, tokenFor } from './support/api';
import { countTenant, listBucket, scanTable } from './support/by-hand';
import { awsClients } from './support/clients';
import { storeNamed, testCloud } from './support/cloud';
import { fillTenant, putVersion } from './support/fill';

const cloud = testCloud();
const api = apiFor(cloud, 'legal-desk');

function bodyFor(scope: PlaceBody['scope']): PlaceBody {
  const reviewAt = new Date(Date.now() + 90 * 86_400_000).toISOString().slice(0, 10);
  return { matter: 'CS 114/2026', authority: 'High Court at Calcutta', scope, approver: 'counsel-3', reviewAt };
}

/** Waits until S3 has followed. */
async function untilLocksAre(holdId: string, wanted: HoldView['objectLocks']): Promise<void> {
  await until(async () => (await api.hold(holdId)).objectLocks === wanted);
}

/** Keys of a tenant's versions with an S3 legal hold, and of those without one, over all buckets. */
async function locksOf(tenantId: string): Promise<{ on: string[]; off: string[] }> {
  const { s3For } = awsClients(cloud);
  const on = new Set<string>();
  const off = new Set<string>();
  for (const id of ['customer-files', 'exports', 'customer-files-replica']) {
    const store = storeNamed(cloud, id);
    for (const { kind, key, id: VersionId } of await listBucket(cloud, store)) {
      if (kind !== 'version' || !key.startsWith(`${tenantId}/`)) continue;
      const version = { Bucket: store.name, Key: key, VersionId };
      const hold = await s3For(store)
        .send(new GetObjectLegalHoldCommand(version))
        .catch(() => undefined);
      (hold?.LegalHold?.Status === 'ON' ? on : off).add(`${id}: ${key}`);
    }
  }
  return { on: [...on].sort(), off: [...off].sort() };
}

/** Two versions of a file for each person, and exports; no delete marker, below which the emulator locks nothing. */
async function fill(tenantId: string): Promise<void> {
  for (const subject of ['p1', 'p10']) {
    for (const name of ['a.pdf', 'a.pdf', 'b.pdf']) await putVersion(cloud, 'customer-files', tenantId, subject, name);
    await putVersion(cloud, 'exports', tenantId, subject, 'own.csv');
  }
  await putVersion(cloud, 'exports', tenantId, SHARED, 'all.csv');
}

/** Runs the daily look now. */
async function lookAtHolds(): Promise<void> {
  const { lambda } = awsClients(cloud);
  const { FunctionError } = await lambda.send(new InvokeCommand({ FunctionName: cloud.scheduledFunctions.holds }));
  expect(FunctionError).toBeUndefined();
}

async function until(done: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 60_000;
  while (!(await done())) {
    if (Date.now() > end) throw new Error('it did not come to pass');
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

const isHers = (name: string) => /\/p1\//.test(name) || (name.startsWith('exports:') && name.includes(`/${SHARED}/`));

describe('a legal hold on one person', () => {
  it('locks what may be about her in S3, newer objects by the daily look, and lets go when it is lifted', async () => {
    await fill('hold-clinic');
    const body = bodyFor({ tenantId: 'hold-clinic', subjectId: 'p1' });
    const placed = await api.placeHold('matter-17', body);
    expect(placed).toMatchObject({ ...body, state: 'standing', placedBy: 'legal-desk', version: 1, underWay: [] });
    await untilLocksAre('matter-17', 'applied');
    const { on, off } = await locksOf('hold-clinic');
    expect(on.length).toBeGreaterThan(0);
    expect(on.every(isHers)).toBe(true);
    expect(off.some(isHers)).toBe(false);

    await api.placeHold('matter-18', bodyFor({ tenantId: 'hold-clinic', dataClass: 'exports' }));
    await untilLocksAre('matter-18', 'applied');
    await putVersion(cloud, 'customer-files', 'hold-clinic', 'p1', 'newer.pdf');
    await lookAtHolds();
    await until(async () => (await locksOf('hold-clinic')).on.some((name) => name.endsWith('newer.pdf')));

    await api.liftHold('matter-17', 'counsel-4');
    await untilLocksAre('matter-17', 'released');
    // What the other hold keeps stays locked.
    expect((await locksOf('hold-clinic')).on.every((name) => name.startsWith('exports:'))).toBe(true);
    await api.liftHold('matter-18', 'counsel-4');
    await untilLocksAre('matter-18', 'released');
    expect((await locksOf('hold-clinic')).on).toEqual([]);
    expect((await api.holds({ tenantId: 'hold-clinic' })).items.map(({ holdId, state }) => [holdId, state])).toEqual([
      ['matter-17', 'lifted'],
      ['matter-18', 'lifted'],
    ]);
  });
});

describe('the calls of legal holds', () => {
  it('answer 201, then 200, then 409 when somebody moves the scope', async () => {
    const token = await tokenFor(cloud, 'legal-desk');
    const put = (body: unknown) => rawRequest(cloud, '/v1/legal-holds/matter-20', { method: 'PUT', token, body });
    const body = bodyFor({ tenantId: 'hold-calls', subjectId: 'p1' });
    expect(await put(body)).toMatchObject({ status: 201 });
    expect(await put(body)).toMatchObject({ status: 200, json: { version: 1 } });
    expect(await put({ ...body, matter: 'CS 115/2026' })).toMatchObject({ status: 200, json: { version: 2 } });
    expect(await put({ ...body, scope: { tenantId: 'hold-calls' } })).toMatchObject({ status: 409 });
    await api.liftHold('matter-20', 'counsel-4');
    expect(await put(body)).toMatchObject({ status: 409 });
  });

  it('are for the legal desk: the CRM may not place one, the auditor may only read', async () => {
    const body = bodyFor({ tenantId: 'hold-calls' });
    for (const client of ['crm', 'auditor']) {
      const token = await tokenFor(cloud, client);
      const put = await rawRequest(cloud, '/v1/legal-holds/matter-21', { method: 'PUT', token, body });
      expect([client, put.status]).toEqual([client, 403]);
    }
    const token = await tokenFor(cloud, 'auditor');
    expect(await rawRequest(cloud, '/v1/legal-holds/matter-21', { token })).toMatchObject({ status: 404 });
    expect(await rawRequest(cloud, '/v1/legal-holds/matter-21')).toMatchObject({ status: 401 });
  });
});

describe('an erasure that a legal hold stops', () => {
  it('leaves the one person alone, waits as held, and goes on by itself when the hold is lifted', async () => {
    const crm = apiFor(cloud);
    await fillTenant(cloud, 'stopped-clinic', { subjects: ['p1', 'p2'], versions: 4, rows: 6 });
    await api.placeHold('matter-30', bodyFor({ tenantId: 'stopped-clinic', subjectId: 'p1' }));
    await untilLocksAre('matter-30', 'applied');

    const held = await eraseToTheEnd(crm, { tenantId: 'stopped-clinic' });
    expect(held).toMatchObject({ status: 'held', heldBy: ['matter-30'] });
    const { plan } = await crm.plan(held.requestId);
    expect(plan.holds).toMatchObject([{ holdId: 'matter-30', matter: 'CS 114/2026', oneSubject: true }]);
    const rows = await scanTable(cloud, storeNamed(cloud, 'crm-records').name);
    const left = rows.filter(({ pk }) => pk?.S?.startsWith('stopped-clinic#')).map(({ sk }) => sk?.S ?? '');
    expect(left).toHaveLength(6);
    expect(left.every((sk) => sk.startsWith('p1#'))).toBe(true);

    await api.liftHold('matter-30', 'counsel-3');
    await until(async () => (await crm.get(held.requestId)).status === 'completed');
    expect(await countTenant(cloud, 'stopped-clinic')).toBe(0);
    const certificate = JSON.parse((await crm.certificate(held.requestId)).toString()) as SignedCertificate;
    expect(certificate.certificate).toMatchObject({ outcome: 'completed', number: 2, holds: [] });
  });
});
