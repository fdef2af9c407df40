import { randomUUID } from 'node:crypto';
import { GetObjectCommand, paginateListObjectsV2 } from '@aws-sdk/client-s3';
import type { ApiClient } from '../../bin/cli/api';
import { advanceClock, clockNow, resetClock, setClock } from '../../bin/local/clock';
import { DAY_MS, fastForward, goToDay, terminationUntil } from '../../bin/local/fast-forward';
import { publicKeyPem } from '../../bin/local/public-key';
import { seedData } from '../../bin/local/seed';
import { snapshotTenant } from '../../bin/local/snapshot';
import type { AnyCertificate } from '../../lambda/certificate/certificate';
import { verifyCertificate } from '../../lambda/certificate/verify';
import type { TerminationView } from '../../lambda/termination/view';
import { apiFor, erasureOf } from './support/api';
import { countTenant, listBucket, scanTable } from './support/by-hand';
import { awsClients } from './support/clients';
import { testCloud } from './support/cloud';
import { deployedKeepers } from './support/keepers';
import { listenToNotices, stopListening } from './support/notices';

const cloud = testCloud();
const api = apiFor(cloud);

afterEach(() => resetClock(cloud));

async function instruction() {
  const at = (await clockNow(cloud)).toISOString();
  return { by: 'test-admin', role: 'tenant-admin', authentication: 'mfa', at };
}

async function until<T>(read: () => Promise<T>, holds: (value: T) => boolean, timeoutMs = 60_000): Promise<T> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const value = await read();
    if (holds(value) || Date.now() > end) return value;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

const untilState = (tenantId: string, wanted: TerminationView['state']) =>
  terminationUntil(api, tenantId, wanted, ({ state }) => state === wanted);

const untilWarned = (tenantId: string, times: number) =>
  terminationUntil(
    api,
    tenantId,
    `warned ${times} times`,
    ({ notices }) => notices.filter(({ sentAt }) => sentAt !== null).length === times,
  );

async function terminate(tenantId: string): Promise<TerminationView> {
  await api.terminate(tenantId, { instruction: await instruction() }, randomUUID());
  return terminationUntil(api, tenantId, 'hidden', ({ hidden }) => hidden);
}

async function certificateOf(client: ApiClient, requestId: string): Promise<AnyCertificate> {
  const verdict = verifyCertificate(Buffer.from(await client.certificate(requestId)), await publicKeyPem(cloud));
  if (!verdict.ok) throw new Error(verdict.reason);
  return verdict.certificate;
}

/** Objects that a reader without version ids can see. */
async function visibleObjects(tenantId: string): Promise<number> {
  const { s3 } = awsClients(cloud);
  let count = 0;
  for (const store of cloud.inventory.filter(({ kind }) => kind === 's3'))
    for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket: store.name, Prefix: `${tenantId}/` }))
      count += page.Contents?.length ?? 0;
  return count;
}

describe('the end of a contract', () => {
  it('hides at once, warns twice, and a restore on day 89 brings every byte back', async () => {
    await seedData(cloud, { tenants: ['returning-traders'], records: 40, files: 20 });
    const before = await snapshotTenant(cloud, 'returning-traders');
    const notices = await listenToNotices(cloud);

    const terminated = await terminate('returning-traders');
    expect(terminated).toMatchObject({ state: 'RECOVERABLE', hidden: true });
    expect(await visibleObjects('returning-traders')).toBe(0);

    await goToDay(cloud, terminated, 83);
    const first = await notices.next('returning-traders');
    expect(first).toMatchObject({ hoursLeft: expect.any(Number), restorePath: expect.stringContaining('restore') });
    await goToDay(cloud, terminated, 88);
    const second = await notices.next('returning-traders');
    expect(second?.hoursLeft).toBeLessThanOrEqual(48);
    expect(second?.noticeId).not.toBe(first?.noticeId);

    await setClock(cloud, new Date(Date.parse(terminated.terminatedAt) + 89 * DAY_MS));
    await api.restore('returning-traders', { cause: 'restore', instruction: await instruction() });
    expect(await untilState('returning-traders', 'RESTORED')).toMatchObject({ restoreCause: 'restore' });
    expect(await snapshotTenant(cloud, 'returning-traders')).toEqual(before);
    await stopListening(cloud, notices);
  });

  it('erases on day 90, certifies it, and is proven when the last backup is gone', async () => {
    await seedData(cloud, { tenants: ['leaving-traders', 'staying-traders'], records: 40, files: 20 });
    const others = await snapshotTenant(cloud, 'staying-traders');
    const terminated = await terminate('leaving-traders');
    await goToDay(cloud, terminated, 83);
    await untilWarned('leaving-traders', 1);
    await goToDay(cloud, terminated, 88);
    await untilWarned('leaving-traders', 2);
    await goToDay(cloud, terminated, 90);
    const erased = await untilState('leaving-traders', 'ERASED');
    expect(erased.state).toBe('ERASED');
    expect(await countTenant(cloud, 'leaving-traders')).toBe(0);
    expect(await snapshotTenant(cloud, 'staying-traders')).toEqual(others);

    const requestId = erased.requestId ?? '';
    const certificate = await certificateOf(api, requestId);
    expect(certificate).toMatchObject({ outcome: 'completed', terminatedAt: terminated.terminatedAt });
    expect(certificate.stores.flatMap(({ law }) => law).join()).toContain('recovery-window: Privacy policy P12');
    expect(erased.backupsLapseOn).toBe(certificate.backupsLapseOn);

    const tooLate = await api
      .restore('leaving-traders', { cause: 'restore', instruction: await instruction() })
      .catch((error: Error) => error);
    expect(String(tooLate)).toMatch(/409|first deletion/i);

    await fastForward(cloud, new Date(`${certificate.backupsLapseOn}T06:00:00+05:30`));
    expect((await untilState('leaving-traders', 'PROVEN')).provenAt).not.toBeNull();
  });

  it('in June 2027 seals what rule 8(3) keeps, and erases it a year later', async () => {
    await seedData(cloud, { tenants: ['june-traders'], records: 30, files: 12 });
    await setClock(cloud, new Date('2027-06-01T06:00:00Z'));
    const terminated = await terminate('june-traders');
    for (const day of [83, 88]) {
      await goToDay(cloud, terminated, day);
      await untilWarned('june-traders', day === 83 ? 1 : 2);
    }
    await goToDay(cloud, terminated, 90);
    const vault = await untilState('june-traders', 'VAULT');
    expect(vault).toMatchObject({ state: 'VAULT', sealedUntil: '2028-06-02' });
    expect(await countTenant(cloud, 'june-traders')).toBe(0);
    const requestId = vault.requestId ?? '';
    const interim = await certificateOf(api, requestId);
    expect(interim.outcome).toBe('deferred');
    expect(interim.retained.length).toBeGreaterThan(0);
    for (const { law, until: day, into } of interim.retained) {
      expect([day, into]).toEqual(['2028-06-02', 'vault']);
      expect(law.map(({ citation }) => citation).join()).toContain('rule 8(3)');
    }

    await fastForward(cloud, new Date('2028-06-02T00:30:00+05:30'));
    const erased = await untilState('june-traders', 'ERASED');
    expect(erased.state).toBe('ERASED');
    expect(await certificateOf(api, requestId)).toMatchObject({ outcome: 'completed', number: 2, retained: [] });
    const { vaultBucket, vaultTable } = await deployedKeepers(cloud);
    expect((await listBucket(cloud, vaultBucket)).filter(({ key }) => key.startsWith('june-traders/'))).toEqual([]);
    const rows = await scanTable(cloud, vaultTable.name);
    expect(rows.filter(({ pk }) => pk?.S?.startsWith('june-traders#'))).toEqual([]);
  });
});

describe('the invoice of a person who asks to be forgotten', () => {
  it('keeps the fields that tax law names, each with its law, and nothing else of her', async () => {
    const { tenants } = await seedData(cloud, {
      tenants: ['invoiced-traders'],
      records: 30,
      files: 5,
      invoices: 3,
    });
    const payer = tenants[0]?.users[0] ?? '';
    const { requestId } = await api.create(erasureOf({ tenantId: 'invoiced-traders', subjectId: payer }), randomUUID());
    const view = await until(
      () => api.get(requestId),
      ({ status }) => status === 'deferred' || status === 'failed' || status === 'refused',
      120_000,
    );
    expect(view.status).toBe('deferred');

    const certificate = await certificateOf(api, requestId);
    const [kept] = certificate.retained;
    expect(kept).toMatchObject({ storeId: 'billing-records', into: 'books', counts: { items: 3 } });
    expect(kept?.law.map(({ citation }) => citation)).toContain('CGST Act 2017, s.36');
    expect(kept?.until).toMatch(/^20\d\d-04-01$/);
    expect(kept?.keptFields.map(({ field }) => field)).toContain('recipientName');
    for (const { citation } of kept?.keptFields ?? []) expect(citation).toMatch(/CGST/);

    const { s3 } = awsClients(cloud);
    const { books } = await deployedKeepers(cloud);
    const documents = (await listBucket(cloud, books)).filter(({ key }) => key.startsWith('invoiced-traders/'));
    expect(documents).toHaveLength(3);
    for (const { key } of documents) {
      const found = await s3.send(new GetObjectCommand({ Bucket: books.name, Key: key }));
      const text = (await found.Body?.transformToString()) ?? '';
      expect(found.ObjectLockRetainUntilDate?.getTime()).toBeGreaterThan(Date.now());
      expect(text).toContain('recipientName');
      for (const field of ['billingEmail', 'mobile', 'note', 'paymentReference']) expect(text).not.toContain(field);
    }
    for (const store of cloud.inventory.filter(({ kind }) => kind === 'dynamodb'))
      for (const row of await scanTable(cloud, store.name))
        expect([row.pk?.S, row.sk?.S]).not.toEqual([
          expect.stringMatching(/^invoiced-traders#/),
          expect.stringMatching(new RegExp(`^${payer}#`)),
        ]);
  });
});

it('the clock of the functions is back where it was', async () => {
  await advanceClock(cloud, 0);
  expect(Math.abs((await clockNow(cloud)).getTime() - Date.now())).toBeLessThan(60_000);
});
