import type { Step } from '../../../lambda/erasure/model';
import type { Target } from '../../../lambda/erasure/ports';
import { mayBegin } from '../../../lambda/erasure/replicas';
import { confirmRequest, createRequest, getPlan } from '../../../lambda/erasure/service';
import { ADMIN, ErasureHarness, REPLICA_SETTLE_MS, STORES } from '../../support/erasure-harness';
import { NO_FAULTS } from '../../support/memory-cloud';
import { Random } from '../../support/random';

const TENANT = { scope: 'tenant', tenantId: 'acme' } as const;
const SUBJECT = { scope: 'subject', tenantId: 'acme', subjectId: 's1' } as const;
const SOURCE = 'customer-files';
const COPY = 'customer-files-replica';
const JUNE_2027 = '2027-06-01T06:00:00.000Z';

function given(startAt?: string): ErasureHarness {
  const harness = new ErasureHarness(new Random(5), NO_FAULTS, { startAt });
  harness.seed('acme', ['s1', 's2'], 12);
  harness.seed('bystander', ['s1'], 3);
  return harness;
}

/** Asks, confirms where that is needed, and runs until `until` holds or nothing is left to do. */
async function erase(harness: ErasureHarness, target: Target, until?: (requestId: string) => boolean): Promise<string> {
  const service = harness.service();
  const { requestId } = await createRequest(ADMIN, 'key-0001', harness.body(target), service);
  if (target.scope === 'tenant') {
    await harness.run(() => statusOf(harness, requestId) === 'planned');
    const { planHash } = await getPlan(ADMIN, requestId, service);
    await confirmRequest(ADMIN, requestId, { planHash, by: 'user-18' }, service);
  }
  await harness.run(until && (() => until(requestId)));
  return requestId;
}

function statusOf(harness: ErasureHarness, requestId: string) {
  return harness.control.requestRows.get(requestId)?.record.status;
}

const readingsOf = async (harness: ErasureHarness, requestId: string) => {
  const all = await harness.service().verifications.verifications(requestId);
  return new Map(all.map((each) => [each.storeId, each]));
};

/** What S3 had still to copy arrives. */
function arriveLate(harness: ErasureHarness): void {
  const copy = harness.stores.find(({ store }) => store.id === COPY);
  copy?.write('versions', 'acme/00/s1/late.pdf');
}

describe.each([TENANT, SUBJECT])('the copy of a store in the second Region, scope $scope', (target) => {
  it('is erased when its source is done, and is in the certificate as a store of its own', async () => {
    const harness = given();
    const requestId = await erase(harness, target);
    expect(statusOf(harness, requestId)).toBe('completed');
    expect(harness.remaining(COPY, target)).toEqual([]);
    const stores = harness.certificate(requestId)?.stores ?? [];
    expect(stores.find(({ storeId }) => storeId === COPY)).toMatchObject({ region: 'ap-south-2', outcome: 'erased' });
  });

  it('is not touched while anything of its source is left to do', async () => {
    const harness = given();
    const untouched = harness.remaining(COPY, target).length;
    await erase(harness, target, (requestId) => {
      const steps = [...harness.control.stepRows.values()].map(({ step }) => step);
      const sourceDone = steps.some((s) => s.storeId === SOURCE) && allDone(steps, SOURCE);
      if (!sourceDone) expect(harness.remaining(COPY, target)).toHaveLength(untouched);
      return statusOf(harness, requestId) === 'completed';
    });
    expect(harness.remaining(COPY, target)).toEqual([]);
  });

  it('is read after its source was, by the time that S3 may need to copy', async () => {
    const harness = given();
    const readings = await readingsOf(harness, await erase(harness, target));
    const [source, copy] = [readings.get(SOURCE), readings.get(COPY)];
    expect(Date.parse(copy?.startedAt ?? '') - Date.parse(source?.verifiedAt ?? '')).toBeGreaterThanOrEqual(
      REPLICA_SETTLE_MS,
    );
  });

  it('does not keep what arrives after the source was proven empty', async () => {
    const harness = given();
    const verified = (requestId: string) =>
      [...harness.control.verificationRows.values()].some((v) => v.requestId === requestId && v.storeId === SOURCE);
    const requestId = await erase(harness, target, verified);
    arriveLate(harness);
    await harness.run();
    expect(harness.control.requestRows.get(requestId)?.record).toMatchObject({ status: 'completed', round: 2 });
    expect(harness.remaining(COPY, target)).toEqual([]);
  });

  it('is erased and not sealed where a law keeps the source, which lies in the vault', async () => {
    const harness = given(JUNE_2027);
    const requestId = await erase(harness, target);
    expect(statusOf(harness, requestId)).toBe('deferred');
    const stores = new Map(harness.certificate(requestId)?.stores.map((store) => [store.storeId, store.outcome]));
    expect([stores.get(SOURCE), stores.get(COPY)]).toEqual(['sealed', 'erased']);
    expect(harness.certificate(requestId)?.retained.map(({ storeId }) => storeId)).not.toContain(COPY);
  });
});

function allDone(steps: readonly Step[], storeId: string): boolean {
  return steps.filter((step) => step.storeId === storeId).every(({ state }) => state === 'done');
}

describe('work on a copy', () => {
  const step = (storeId: string, state: Step['state']) => ({ storeId, state }) as Step;

  it('begins at once where its source has nothing to do in the round', () => {
    expect(mayBegin('customer-files-replica', [step('exports', 'waiting')], { inventory: STORES })).toBe(true);
  });

  it('waits for every step of its source', () => {
    const round = [step('customer-files', 'done'), step('customer-files', 'running')];
    expect(mayBegin('customer-files-replica', round, { inventory: STORES })).toBe(false);
    expect(mayBegin('customer-files', round, { inventory: STORES })).toBe(true);
  });
});
