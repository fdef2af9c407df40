import fc from 'fast-check';
import type { CreateBody } from '../../../lambda/erasure/model';
import type { Target } from '../../../lambda/erasure/ports';
import { cancelRequest, confirmRequest, createRequest, getPlan, getRequest } from '../../../lambda/erasure/service';
import type { HoldScope, LegalHold } from '../../../lambda/holds/hold';
import { placeOf } from '../../../lambda/sealing/vault-layout';
import { sha256Hex } from '../../../lambda/shared/canonical';
import { ADMIN, ErasureHarness } from '../../support/erasure-harness';
import { type Faults, type MemoryStore, NO_FAULTS } from '../../support/memory-cloud';
import { STATE } from '../../support/memory-keepers';
import { Random } from '../../support/random';

const TENANT = { scope: 'tenant', tenantId: 'acme' } as const;
const SUBJECT = { scope: 'subject', tenantId: 'acme', subjectId: 's1' } as const;
const JUNE = '2027-06-01T06:00:00.000Z';
const YEAR_AND_A_DAY = 367 * 24;

function given(startAt: string, { faults = NO_FAULTS, seed = 11 }: { faults?: Faults; seed?: number } = {}) {
  const harness = new ErasureHarness(new Random(seed), faults, { startAt });
  harness.seed('acme', ['s1', 's2'], 12);
  harness.seed('bystander', ['s1'], 3);
  return harness;
}

/** Asks, confirms where that is needed, and runs until the request ends or waits. */
async function erase(harness: ErasureHarness, target: Target, more: Partial<CreateBody> = {}): Promise<string> {
  const service = harness.service();
  const { requestId } = await createRequest(ADMIN, 'key-0001', harness.body(target, more), service);
  await harness.run(() => statusOf(harness, requestId) !== 'accepted');
  if (target.scope === 'tenant') {
    const { planHash } = await getPlan(ADMIN, requestId, service);
    await confirmRequest(ADMIN, requestId, { planHash, by: 'user-18' }, service);
  }
  await harness.run();
  return requestId;
}

function statusOf(harness: ErasureHarness, requestId: string) {
  return harness.control.requestRows.get(requestId)?.record.status;
}

function hold(scope: Omit<HoldScope, 'tenantId'> = {}, holdId = 'hold-1'): LegalHold {
  const at = '2026-11-01T00:00:00.000Z';
  return {
    holdId,
    matter: 'O.S. 17 of 2026',
    authority: 'High Court at Calcutta',
    scope: { tenantId: 'acme', ...scope },
    approver: 'counsel-1',
    reviewAt: '2028-01-31',
    placedAt: at,
    updatedAt: at,
    placedBy: 'legal-desk',
    version: 1,
  };
}

/** Everything that a target has in the stores of the product. */
function live(harness: ErasureHarness, target: Target): number {
  return harness.stores.reduce((sum, { store }) => sum + harness.remaining(store.id, target).length, 0);
}

function sealedThings(harness: ErasureHarness): number {
  return harness.keepers.bucket.all().length + harness.keepers.table.all().length;
}

describe('a request that a law defers', () => {
  it.each([SUBJECT, TENANT])(
    'takes the data out of use at once, certifies what rule 8(3) keeps and until when, and erases it then: $scope',
    async (target) => {
      const harness = given(JUNE);
      const bystander = live(harness, { scope: 'tenant', tenantId: 'bystander' });
      const requestId = await erase(harness, target);
      expect(statusOf(harness, requestId)).toBe('deferred');
      expect(live(harness, target)).toBe(0);
      expect(sealedThings(harness)).toBeGreaterThan(0);
      const first = harness.certificate(requestId);
      expect(first).toMatchObject({ outcome: 'deferred', number: 1, supersedes: null });
      expect(first?.retained.map(({ storeId }) => storeId)).toEqual(['customer-files', 'exports', 'crm-records']);
      for (const { until, law } of first?.retained ?? []) {
        expect(until).toBe('2028-06-02');
        expect(law.map(({ citation }) => citation).join()).toContain('rule 8(3)');
      }

      harness.advanceHours(YEAR_AND_A_DAY);
      await harness.run();
      expect(statusOf(harness, requestId)).toBe('completed');
      expect(sealedThings(harness)).toBe(0);
      const last = harness.certificate(requestId);
      const file = harness.control.certificateRows.get(`${requestId}/1`) ?? '';
      expect(last).toMatchObject({ outcome: 'completed', number: 2, supersedes: sha256Hex(file), retained: [] });
      expect(last?.stores.map(({ storeId }) => storeId)).toContain('vault-objects');
      expect(live(harness, { scope: 'tenant', tenantId: 'bystander' })).toBe(bystander);
      expect(harness.deadLetters).toEqual([]);
    },
  );

  it('erases on the first midnight in India that the law leaves free, and not an hour before', async () => {
    const harness = given(JUNE);
    const requestId = await erase(harness, SUBJECT);
    const untilLastHour = (Date.parse('2028-06-01T18:00:00Z') - harness.now().getTime()) / 3_600_000;
    harness.advanceHours(untilLastHour - 1);
    await harness.run(() => false, 1);
    expect(statusOf(harness, requestId)).toBe('deferred');
    expect(sealedThings(harness)).toBeGreaterThan(0);
    await harness.run(() => false, 2);
    expect(statusOf(harness, requestId)).toBe('completed');
  });

  it('keeps the subject id while it has to find the data again, and forgets it then', async () => {
    const harness = given(JUNE);
    const requestId = await erase(harness, SUBJECT);
    expect(harness.control.requestRows.get(requestId)?.record.subjectId).toBe('s1');
    harness.advanceHours(YEAR_AND_A_DAY);
    await harness.run();
    expect(harness.control.requestRows.get(requestId)?.record).not.toHaveProperty('subjectId');
  });

  it('erases at once what was last used before the law began, or more than a year ago', async () => {
    for (const lastProcessedAt of ['2027-05-12T12:00:00+05:30', '2026-01-01T00:00:00Z']) {
      const harness = given(JUNE);
      const requestId = await erase(harness, SUBJECT, { lastProcessedAt });
      expect(statusOf(harness, requestId)).toBe('completed');
      expect(sealedThings(harness)).toBe(0);
    }
  });

  it('counts the year from the last use and not from the sealing', async () => {
    const harness = given('2027-12-01T06:00:00.000Z');
    const requestId = await erase(harness, SUBJECT, { lastProcessedAt: '2027-06-01T06:00:00Z' });
    expect(harness.certificate(requestId)?.retained.map(({ until }) => until)).toEqual([
      '2028-06-02',
      '2028-06-02',
      '2028-06-02',
    ]);
  });

  it('cannot be cancelled once the data has left the product', async () => {
    const harness = given(JUNE);
    const requestId = await erase(harness, SUBJECT);
    await expect(cancelRequest(ADMIN, requestId, { by: 'user-18' }, harness.service())).rejects.toMatchObject({
      status: 409,
    });
  });

  it('loses nothing and promises nothing untrue, whatever is killed, refused or doubled on the way', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 2 ** 31 - 1 }), async (seed) => {
        const random = new Random(seed);
        const faults = {
          ...NO_FAULTS,
          kill: random.next() * 0.03,
          busy: random.next() * 0.2,
          fault: random.next() * 0.1,
          duplicate: 0.1,
        };
        const harness = given(JUNE, { faults, seed });
        const requestId = await erase(harness, SUBJECT);
        const request = harness.control.requestRows.get(requestId)?.record;
        expect(['deferred', 'failed']).toContain(request?.status);
        // Of each thing that is gone, but for unfinished uploads and copies, the vault has its description.
        for (const { store } of harness.stores.filter(({ store: { replicaOf } }) => replicaOf === undefined))
          for (const thing of harness.erased(store.id, SUBJECT).filter(({ kind }) => kind !== 'uploads')) {
            const of = { requestId, target: SUBJECT, source: store, keepers: harness.keepers.keepers };
            const place = placeOf(thing, of, thing.kind === 'items' ? STATE : undefined);
            expect(harness.keepers.table.all().map(({ part }) => part)).toContain(place.sk);
          }
        for (const store of harness.certificate(requestId)?.stores ?? []) {
          const gone = harness.erased(store.storeId, SUBJECT);
          for (const kind of ['versions', 'deleteMarkers', 'items', 'uploads'] as const)
            expect(store.sealed[kind] + store.erased[kind]).toBe(gone.filter((thing) => thing.kind === kind).length);
        }
        harness.advanceHours(YEAR_AND_A_DAY);
        await harness.run();
        // A round that fails is tried again the next day.
        for (let day = 0; day < 10 && statusOf(harness, requestId) === 'deferred'; day++) {
          harness.advanceHours(24);
          await harness.run();
        }
        if (request?.status === 'deferred') expect(statusOf(harness, requestId)).toBe('completed');
        if (statusOf(harness, requestId) === 'completed') expect(sealedThings(harness)).toBe(0);
      }),
      { numRuns: 60 },
    );
  }, 60_000);
});

/** A hold on the tenant appears once the first objects are erased; each further call takes longer than holds are remembered. */
function placeHoldAfterFirstCall(harness: ErasureHarness): MemoryStore {
  const files = harness.stores.find(({ store }) => store.id === 'customer-files');
  if (files === undefined) throw new Error('no store of files');
  const erasable = files.erasable.bind(files);
  files.erasable = (invocation) => {
    const view = erasable(invocation);
    return {
      ...view,
      erase: async (batch) => {
        const refusals = await view.erase(batch);
        if (harness.control.holds.length === 0) harness.control.holds.push(hold());
        harness.advanceHours(6 / 3600);
        return refusals;
      },
    };
  };
  return files;
}

describe('a request that a legal hold stops', () => {
  it('erases nothing of a tenant that is held, can still be cancelled, and says who holds it', async () => {
    const harness = given('2026-11-22T00:00:00.000Z');
    harness.control.holds.push(hold());
    const before = live(harness, TENANT);
    const requestId = await erase(harness, TENANT);
    expect(statusOf(harness, requestId)).toBe('held');
    expect(live(harness, TENANT)).toBe(before);
    const { plan } = await getPlan(ADMIN, requestId, harness.service());
    expect(plan.holds).toMatchObject([{ holdId: 'hold-1', matter: 'O.S. 17 of 2026', oneSubject: false }]);
    for (const { decision } of plan.stores) expect(decision.outcome).toBe('hold');
    expect(harness.certificate(requestId)).toMatchObject({ outcome: 'held', holds: [{ holdId: 'hold-1' }] });
    const view = await cancelRequest(ADMIN, requestId, { by: 'user-18' }, harness.service());
    expect(view.status).toBe('cancelled');
  });

  it('goes on when the hold is lifted, within a day even if nobody says so', async () => {
    const harness = given('2026-11-22T00:00:00.000Z');
    harness.control.holds.push(hold());
    const requestId = await erase(harness, TENANT);
    harness.control.holds.pop();
    await harness.run(() => false, 26);
    expect(statusOf(harness, requestId)).toBe('completed');
    expect(live(harness, TENANT)).toBe(0);
    expect(harness.certificate(requestId)).toMatchObject({ outcome: 'completed', number: 2 });
  });

  it('erases the tenant but not the one person who is held, until she is not', async () => {
    const harness = given('2026-11-22T00:00:00.000Z');
    harness.control.holds.push(hold({ subjectId: 's1' }));
    const hers = harness.remaining('crm-records', SUBJECT).length;
    const requestId = await erase(harness, TENANT);
    expect(statusOf(harness, requestId)).toBe('held');
    expect(harness.remaining('crm-records', TENANT)).toHaveLength(hers);
    expect(harness.remaining('crm-records', { ...SUBJECT, subjectId: 's2' })).toEqual([]);
    const records = harness.certificate(requestId)?.stores.find(({ storeId }) => storeId === 'crm-records');
    expect(records).toMatchObject({ outcome: 'held', held: { items: hers }, left: { items: 0 } });
    harness.control.holds.pop();
    harness.advanceHours(24);
    await harness.run();
    expect(statusOf(harness, requestId)).toBe('completed');
    expect(live(harness, TENANT)).toBe(0);
  });

  it('leaves the classes alone that a hold does not name', async () => {
    const harness = given('2026-11-22T00:00:00.000Z');
    harness.control.holds.push(hold({ dataClass: 'customer-files' }));
    const requestId = await erase(harness, SUBJECT);
    expect(statusOf(harness, requestId)).toBe('held');
    expect(harness.remaining('customer-files', SUBJECT).length).toBeGreaterThan(0);
    expect(harness.remaining('crm-records', SUBJECT)).toEqual([]);
  });

  it('stops in the middle when a hold is placed while it erases', async () => {
    const harness = given('2026-11-22T00:00:00.000Z');
    const files = placeHoldAfterFirstCall(harness);
    for (let n = 0; n < 400; n++) files.write('versions', `acme/00/s9/file-${n}.pdf`);
    const service = harness.service();
    const { requestId } = await createRequest(ADMIN, 'key-0001', harness.body(TENANT), service);
    await harness.run(() => statusOf(harness, requestId) === 'planned');
    const { planHash } = await getPlan(ADMIN, requestId, service);
    await confirmRequest(ADMIN, requestId, { planHash, by: 'user-18' }, service);
    await harness.run();
    expect(statusOf(harness, requestId)).toBe('held');
    expect(harness.certificate(requestId)).toMatchObject({ outcome: 'held', holds: [{ holdId: 'hold-1' }] });
    expect(files.erased.length).toBeGreaterThan(0);
    expect(harness.remaining('customer-files', TENANT).length).toBeGreaterThan(300);
  });

  it('keeps what is sealed beyond its day while a hold stands', async () => {
    const harness = given(JUNE);
    const requestId = await erase(harness, SUBJECT);
    harness.control.holds.push(hold({ subjectId: 's1' }));
    harness.advanceHours(YEAR_AND_A_DAY);
    await harness.run();
    expect(sealedThings(harness)).toBeGreaterThan(0);
    expect(statusOf(harness, requestId)).not.toBe('completed');
    harness.control.holds.pop();
    harness.advanceHours(24);
    await harness.run();
    expect(statusOf(harness, requestId)).toBe('completed');
    expect(sealedThings(harness)).toBe(0);
  });

  it('looks again at what an Object Lock keeps, and certifies anew only when something changed', async () => {
    const harness = new ErasureHarness(new Random(5), NO_FAULTS, { startAt: '2026-11-22T00:00:00.000Z' });
    harness.seed('acme', ['s1'], 40, 0.5);
    const requestId = await erase(harness, SUBJECT);
    expect(statusOf(harness, requestId)).toBe('held');
    for (let week = 0; week < 3; week++) {
      harness.advanceHours(8 * 24);
      await harness.run();
    }
    const view = await getRequest(ADMIN, requestId, harness.service());
    expect(view).toMatchObject({ status: 'held', heldBy: [] });
    expect(view.round).toBeGreaterThan(3);
    expect(harness.control.requestRows.get(requestId)?.record.certificates).toBe(1);
  });
});

describe('a request that failed after it had sealed something', () => {
  it('still ends what it sealed on its day, and stays failed', async () => {
    const harness = given(JUNE, { faults: { ...NO_FAULTS, denied: 0.2 } });
    const requestId = await erase(harness, SUBJECT);
    expect(statusOf(harness, requestId)).toBe('failed');
    expect(sealedThings(harness)).toBeGreaterThan(0);
    harness.advanceHours(YEAR_AND_A_DAY);
    await harness.run();
    expect(statusOf(harness, requestId)).toBe('failed');
    expect(sealedThings(harness)).toBe(0);
    expect(harness.control.requestRows.get(requestId)?.record).not.toHaveProperty('subjectId');
  });
});
