import { CALM, RecoveryHarness, TENANT } from '../../support/recovery-harness';

const COPY = 'customer-files-replica';
const KEY = `${TENANT}/00/p-1/a.pdf`;

/** A tenant with one file in use and one that it had deleted, both copied. */
function given(): RecoveryHarness {
  const harness = new RecoveryHarness({ page: 100 });
  harness.bucket.put(KEY);
  harness.bucket.put(`${TENANT}/00/p-1/old.pdf`);
  harness.bucket.mark(`${TENANT}/00/p-1/old.pdf`);
  for (const entry of harness.bucket.all().toReversed()) harness.copy.receive(entry);
  harness.time += 60_000;
  return harness;
}

/** Replication brings the markers that hiding put on the source. */
function copyMarkers(harness: RecoveryHarness): void {
  const known = new Set(harness.copy.all().map(({ versionId }) => versionId));
  for (const entry of harness.bucket.all())
    if (entry.deleteMarker && !known.has(entry.versionId)) harness.copy.receive(entry);
}

async function carryOut(harness: RecoveryHarness, direction: 'hide' | 'reveal', ...storeIds: string[]) {
  for (const storeId of storeIds) await harness.carryOut(harness.message(direction, storeId));
}

describe('the copy of a bucket', () => {
  it.each([
    ['before the copy is hidden', ['customer-files', COPY]],
    ['after the copy was hidden', [COPY, 'customer-files']],
  ])('comes back exactly when the source’s markers are copied %s', async (_, order) => {
    const harness = given();
    const before = harness.copy.all();
    for (const storeId of order) {
      await carryOut(harness, 'hide', storeId);
      copyMarkers(harness);
    }
    expect(harness.copy.has(KEY)).toBe(false);
    harness.time += 3_600_000;
    await carryOut(harness, 'reveal', 'customer-files', COPY);
    expect(harness.copy.all()).toEqual(before);
    expect(harness.copy.has(KEY)).toBe(true);
  });

  it('is hidden by the worker itself where nothing was copied yet', async () => {
    const harness = given();
    await carryOut(harness, 'hide', COPY);
    expect(harness.copy.has(KEY)).toBe(false);
  });

  it('waits with being revealed until its source is, so that no marker is copied afterwards', async () => {
    const harness = given();
    await carryOut(harness, 'hide', 'customer-files', COPY);
    await harness.deliver(harness.message('reveal', COPY), CALM);
    expect(harness.queue).toEqual([harness.message('reveal', COPY)]);
    expect(harness.copy.has(KEY)).toBe(false);
  });

  it('keeps the markers of the tenant’s own deletions', async () => {
    const harness = given();
    await carryOut(harness, 'hide', 'customer-files', COPY);
    copyMarkers(harness);
    await carryOut(harness, 'reveal', 'customer-files', COPY);
    expect(harness.copy.has(`${TENANT}/00/p-1/old.pdf`)).toBe(false);
  });
});
