import fc from 'fast-check';
import { confirmRequest, createRequest, getPlan } from '../../../lambda/erasure/service';
import { ADMIN, ErasureHarness } from '../../support/erasure-harness';
import { faultRun } from '../../support/fault-run';
import { NO_FAULTS } from '../../support/memory-cloud';
import { Random } from '../../support/random';

const ENDS = ['completed', 'held', 'failed'];

describe('an erasure under faults', () => {
  it('ends, and its certificate is true, whatever is killed, refused, doubled or written late', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 2 ** 31 - 1 }), async (seed) => {
        const run = await faultRun(seed);
        expect(run.lies).toEqual([]);
        expect(run.bystanderHurt).toBe(false);
        expect(ENDS).toContain(run.status);
      }),
      { numRuns: 120 },
    );
  }, 60_000);

  it('fails, without a certificate, when the store refuses every deletion', async () => {
    const harness = new ErasureHarness(new Random(1), { ...NO_FAULTS, denied: 1 });
    const target = { scope: 'subject', tenantId: 'acme', subjectId: 's1' } as const;
    harness.seed('acme', ['s1'], 30);
    const { requestId } = await createRequest(ADMIN, 'key-refused', harness.body(target), harness.service());
    await harness.run();
    const record = harness.control.requestRows.get(requestId)?.record;
    expect(record?.status).toBe('failed');
    expect(record?.reasons.map((reason) => reason.code)).toContain('residue-left');
    expect(record?.reasons[0]?.message).toMatch(/deletions were refused/);
    expect(harness.certificate(requestId)).toBeUndefined();
  });

  it('fails loudly when somebody never stops writing', async () => {
    const harness = new ErasureHarness(new Random(2), { ...NO_FAULTS, lateWrite: 1 }, { maxLateWrites: 10_000 });
    const target = { scope: 'tenant', tenantId: 'acme' } as const;
    harness.lateTarget = { scope: 'subject', tenantId: 'acme', subjectId: 's1' };
    harness.seed('acme', ['s1'], 3);
    const body = harness.body({ ...harness.lateTarget, tenantId: target.tenantId });
    const { requestId } = await createRequest(ADMIN, 'key-late', body, harness.service());
    await harness.run();
    const record = harness.control.requestRows.get(requestId)?.record;
    expect(record?.status).toBe('failed');
    expect(record?.round).toBe(3);
    expect(harness.certificate(requestId)).toBeUndefined();
  });

  it('certifies locked versions as held, and only those', async () => {
    const harness = new ErasureHarness(new Random(3), NO_FAULTS);
    const target = { scope: 'subject', tenantId: 'acme', subjectId: 's1' } as const;
    harness.seed('acme', ['s1'], 40, 0.5);
    const locked = harness.remaining('customer-files', target).filter((thing) => thing.locked).length;
    const { requestId } = await createRequest(ADMIN, 'key-locked', harness.body(target), harness.service());
    await harness.run();
    const files = harness.certificate(requestId)?.stores.find((store) => store.storeId === 'customer-files');
    expect(locked).toBeGreaterThan(0);
    expect(harness.control.requestRows.get(requestId)?.record.status).toBe('held');
    expect(files).toMatchObject({ outcome: 'held', held: { versions: locked }, left: { versions: 0 } });
  });

  it('forgets the subject id when the request ends, and keeps its keyed hash', async () => {
    const harness = new ErasureHarness(new Random(4), NO_FAULTS);
    const target = { scope: 'subject', tenantId: 'acme', subjectId: 's1' } as const;
    harness.seed('acme', ['s1'], 3);
    const { requestId } = await createRequest(ADMIN, 'key-forget', harness.body(target), harness.service());
    await harness.run();
    const record = harness.control.requestRows.get(requestId)?.record;
    expect(record).not.toHaveProperty('subjectId');
    expect(record?.subjectHash?.value).toMatch(/^[0-9a-f]{64}$/);
  });

  it('lets a subject inside a tenant that is erased too end truthfully, both of them', async () => {
    let completed = 0;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 2 ** 31 - 1 }), async (seed) => {
        const harness = new ErasureHarness(new Random(seed), { ...NO_FAULTS, kill: 0.01, busy: 0.05 });
        const tenant = { scope: 'tenant', tenantId: 'acme' } as const;
        const subject = { scope: 'subject', tenantId: 'acme', subjectId: 's1' } as const;
        harness.seed('acme', ['s1', 's2'], 20);
        const service = harness.service();
        const { requestId } = await createRequest(ADMIN, 'key-tenant', harness.body(tenant), service);
        await harness.run(() => harness.control.requestRows.get(requestId)?.record.status === 'planned');
        const inside = await createRequest(ADMIN, 'key-subject', harness.body(subject), service);
        const { planHash } = await getPlan(ADMIN, requestId, service);
        await confirmRequest(ADMIN, requestId, { planHash, by: 'user-18' }, service);
        await harness.run();
        const ended = [requestId, inside.requestId].map((id) => ({
          id,
          ...harness.control.requestRows.get(id)?.record,
        }));
        for (const { id, status, reasons } of ended) {
          // A step may meet a killed or busy worker as often as it is tried: it is given up, and says so.
          if (status === 'failed') expect(reasons?.map(({ code }) => code)).toContain('step-busy');
          else expect(status).toBe('completed');
          expect(harness.certificate(id)?.outcome).toBe(status === 'completed' ? 'completed' : undefined);
        }
        if (ended.some(({ status }) => status === 'failed')) return;
        completed += 1;
        for (const { store } of harness.stores) expect(harness.remaining(store.id, tenant)).toEqual([]);
      }),
      { numRuns: 15 },
    );
    expect(completed).toBeGreaterThan(10);
  }, 30_000);
});
