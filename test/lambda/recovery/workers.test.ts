import { UnknownWorkError } from '../../../lambda/erasure/errors';
import { ForeignFlagError, NoProgressError, StillWrittenError } from '../../../lambda/recovery/errors';
import { hashOf } from '../../../lambda/shared/canonical';
import { shardName } from '../../../lambda/shared/layout';
import { KilledError } from '../../support/memory-cloud';
import type { Call } from '../../support/memory-recovery';
import { Random } from '../../support/random';
import { CALM, RecoveryHarness, sometimesBusy, TENANT } from '../../support/recovery-harness';

/** Files with one to three versions over all shards and the shared one; every fifth was deleted by the tenant. */
function fill(harness: RecoveryHarness, files: number): void {
  for (let i = 0; i < files; i++) {
    const shard = i % 17 === 16 ? '_' : shardName(i % 17);
    const key = `${TENANT}/${shard}/p-${i}/Übersicht ग्राहक ${i} 😀.pdf`;
    for (let v = 0; v <= i % 3; v++) harness.bucket.put(key);
    if (i % 5 === 0) harness.bucket.mark(key);
  }
  harness.bucket.put(`${TENANT}/outside the layout`);
  harness.bucket.put(`${TENANT}-2/00/p-1/neighbour`);
}

/** Dies at its nth call, before the call took effect or after; dead for ever after. */
function dyingAt(n: number, before: boolean): { call: Call; died: () => boolean } {
  let calls = 0;
  const die = () => {
    throw new KilledError('killed');
  };
  return {
    call: async (effect) => {
      calls++;
      if (calls > n || (calls === n && before)) die();
      const answer = effect();
      if (calls === n) die();
      return answer;
    },
    died: () => calls >= n,
  };
}

describe('hiding', () => {
  it('leaves no current object and keeps every version and older marker', async () => {
    const harness = new RecoveryHarness();
    fill(harness, 60);
    const before = harness.bucket.all();
    await harness.carryOut(harness.message('hide'));
    expect(harness.readable()).toEqual([]);
    expect(harness.bucket.all()).toEqual(expect.arrayContaining(before));
    expect(harness.bucket.has(`${TENANT}-2/00/p-1/neighbour`)).toBe(true);
  });

  it('notes how much it hid, and wakes the termination', async () => {
    const harness = new RecoveryHarness();
    fill(harness, 60);
    const readable = harness.readable().length;
    await harness.carryOut(harness.message('hide'));
    expect(harness.control.done).toMatchObject([{ storeId: 'customer-files', direction: 'hide', count: readable }]);
    expect(harness.ticks).toEqual([
      { type: 'tick', tenantId: TENANT, terminationId: 'tm-1', observedAt: '2031-04-01T00:00:00.000Z' },
    ]);
  });

  it('does nothing but wake the termination when it is told again', async () => {
    const harness = new RecoveryHarness();
    fill(harness, 20);
    await harness.carryOut(harness.message('hide'));
    const hidden = harness.bucket.all();
    await harness.carryOut(harness.message('hide'));
    expect(harness.bucket.all()).toEqual(hidden);
    expect(harness.ticks).toHaveLength(2);
  });

  it('is quickly done with a tenant that has nothing', async () => {
    const harness = new RecoveryHarness();
    for (const direction of ['hide', 'reveal'] as const) await harness.carryOut(harness.message(direction));
    expect(harness.requests).toEqual({ list: 1, mark: 0, unmark: 0 });
    expect(harness.control.done.map(({ count }) => count)).toEqual([0, 0]);
  });

  it('also hides what is written while it works', async () => {
    let late = 0;
    const harness: RecoveryHarness = new RecoveryHarness({
      disturb: () => {
        if (harness.requests.mark > 0 && late++ < 3) harness.bucket.put(`${TENANT}/00/p-0/late-${late}`);
      },
    });
    fill(harness, 30);
    await harness.carryOut(harness.message('hide'));
    expect(harness.readable()).toEqual([]);
  });

  it('gives up, undone, where somebody keeps writing', async () => {
    let n = 0;
    const harness: RecoveryHarness = new RecoveryHarness({
      disturb: () => void harness.bucket.put(`${TENANT}/00/p-0/${n++}`),
    });
    await expect(harness.deliver(harness.message('hide'))).rejects.toThrow(StillWrittenError);
    expect(harness.control.done).toEqual([]);
  });

  it('knows no other stores', async () => {
    const harness = new RecoveryHarness();
    await expect(harness.deliver(harness.message('hide', 'vault'))).rejects.toThrow(UnknownWorkError);
  });
});

describe('revealing', () => {
  it('brings back exactly what was there, with the markers that the tenant had made', async () => {
    const harness = new RecoveryHarness();
    fill(harness, 60);
    const before = harness.bucket.all();
    await harness.carryOut(harness.message('hide'));
    await harness.carryOut(harness.message('reveal'));
    expect(harness.bucket.all()).toEqual(before);
  });

  it('tells markers of the very second before from its own', async () => {
    for (let ms = 0; ms < 1_000; ms += 125) {
      const harness = new RecoveryHarness();
      harness.time = Date.parse('2026-11-22T09:00:00.000Z') + ms;
      harness.bucket.put(`${TENANT}/00/p-1/kept`);
      harness.bucket.put(`${TENANT}/00/p-1/deleted`);
      harness.bucket.mark(`${TENANT}/00/p-1/deleted`);
      const before = harness.bucket.all();
      await harness.carryOut(harness.message('hide'));
      await harness.carryOut(harness.message('reveal'));
      expect(harness.bucket.all()).toEqual(before);
    }
  });

  it('leaves on top what somebody wrote while the tenant was suspended', async () => {
    const harness = new RecoveryHarness();
    const key = `${TENANT}/00/p-1/a`;
    harness.bucket.put(key);
    await harness.carryOut(harness.message('hide'));
    const { versionId } = harness.bucket.put(key);
    await harness.carryOut(harness.message('reveal'));
    expect(harness.bucket.has(key)).toBe(true);
    expect(harness.bucket.all()[0]).toMatchObject({ key, versionId });
  });

  it('brings back what somebody deleted while the tenant was suspended', async () => {
    const harness = new RecoveryHarness();
    const key = `${TENANT}/00/p-1/a`;
    harness.bucket.put(key);
    const before = harness.bucket.all();
    await harness.carryOut(harness.message('hide'));
    harness.bucket.mark(key);
    await harness.carryOut(harness.message('reveal'));
    expect(harness.bucket.all()).toEqual(before);
  });

  it('does not touch what the restored tenant deletes, even if it is told again', async () => {
    const harness = new RecoveryHarness();
    fill(harness, 20);
    await harness.carryOut(harness.message('hide'));
    await harness.carryOut(harness.message('reveal'));
    harness.control.done.length = 0;
    harness.time += 2_000;
    harness.bucket.mark(harness.readable()[0] ?? '');
    const after = harness.bucket.all();
    await harness.carryOut(harness.message('reveal'));
    expect(harness.bucket.all()).toEqual(after);
  });

  it('of one termination leaves another one hidden', async () => {
    const harness = new RecoveryHarness();
    fill(harness, 20);
    const before = harness.bucket.all();
    const messages = ['tm-1', 'tm-2'].map((id) => ({
      hide: harness.message('hide', 'customer-files', id),
      reveal: harness.message('reveal', 'customer-files', id),
    }));
    const [first, second] = messages as [(typeof messages)[0], (typeof messages)[0]];
    for (const message of [first.hide, first.reveal, second.hide]) await harness.carryOut(message);
    harness.control.done.length = 0;
    await harness.carryOut(first.reveal);
    expect(harness.readable()).toEqual([]);
    await harness.carryOut(second.reveal);
    expect(harness.bucket.all()).toEqual(before);
  });

  it('keeps a late message from hiding anything again', async () => {
    const harness = new RecoveryHarness();
    fill(harness, 20);
    await harness.carryOut(harness.message('reveal'));
    const before = harness.bucket.all();
    await harness.carryOut(harness.message('hide'));
    expect(harness.bucket.all()).toEqual(before);
    expect(harness.control.done).toMatchObject([{ direction: 'reveal' }]);
  });

  it('waits until a worker that died can no longer be hiding', async () => {
    const harness = new RecoveryHarness();
    fill(harness, 40);
    const before = harness.bucket.all();
    await expect(harness.deliver(harness.message('hide'), dyingAt(8, false).call)).rejects.toThrow(KilledError);
    const died = harness.time;
    await harness.carryOut(harness.message('reveal'));
    expect(harness.time - died).toBeGreaterThan(20_000);
    expect(harness.bucket.all()).toEqual(before);
  });
});

describe('bad luck', () => {
  it.each([true, false])('a kill at any call, before it (%s) or after, changes nothing in the end', async (before) => {
    for (let n = 1, died = true; died; n++) {
      const harness = new RecoveryHarness();
      fill(harness, 25);
      const original = harness.bucket.all();
      died = false;
      for (const direction of ['hide', 'reveal'] as const) {
        const fate = dyingAt(n, before);
        await harness.deliver(harness.message(direction), fate.call).catch((error: unknown) => {
          if (!(error instanceof KilledError)) throw error;
        });
        died ||= fate.died();
        await harness.carryOut(harness.message(direction));
        if (direction === 'hide') expect([n, harness.readable()]).toEqual([n, []]);
      }
      expect([n, harness.bucket.all()]).toEqual([n, original]);
    }
  });

  it('two workers at once, lost answers and refusals change nothing in the end', async () => {
    for (let seed = 0; seed < 60; seed++) {
      const random = new Random(seed);
      const harness = new RecoveryHarness({ disturb: sometimesBusy((share) => random.chance(share)) });
      fill(harness, 10 + random.below(40));
      const original = harness.bucket.all();
      for (const direction of ['hide', 'reveal'] as const) {
        const message = harness.message(direction);
        const slow: Call = async (effect) => {
          for (let n = random.below(4); n > 0; n--) await Promise.resolve();
          return effect();
        };
        await Promise.allSettled([harness.deliver(message, slow), harness.deliver(message, slow)]);
        while (!harness.control.done.some((done) => done.direction === direction))
          await harness.carryOut(message).catch(() => undefined);
        if (direction === 'hide') expect([seed, harness.readable()]).toEqual([seed, []]);
      }
      expect([seed, harness.bucket.all()]).toEqual([seed, original]);
    }
  });
});

describe('many objects', () => {
  const OBJECTS = 20_000;

  /** As many objects as that, one version each, in pages of S3's size. */
  function large(budgetMs: number): RecoveryHarness {
    const harness = new RecoveryHarness({ page: 1_000, budgetMs });
    for (let i = 0; i < OBJECTS; i++) harness.bucket.put(`${TENANT}/${shardName(i % 16)}/p-${i}/file`);
    return harness;
  }

  it('take no more requests than a tenth above pages and batches, each way, and little memory', async () => {
    const harness = large(60_000);
    const batches = OBJECTS / 1_000;
    await harness.carryOut(harness.message('hide'));
    const { list, mark } = harness.requests;
    expect(mark).toBe(batches);
    expect(list + mark).toBeLessThanOrEqual(1.1 * (OBJECTS / 1_000 + batches));

    await harness.carryOut(harness.message('reveal'));
    const { unmark } = harness.requests;
    expect(unmark).toBe(batches);
    // A version and its marker each.
    const pages = (2 * OBJECTS) / 1_000;
    expect(harness.requests.list - list + unmark).toBeLessThanOrEqual(1.1 * (pages + batches));
    expect(harness.mostAtOnce).toBeLessThanOrEqual(6_000);
  });

  it('go on in another invocation at the shard that was reached, with one listing of it too many', async () => {
    const harness = large(60_000);
    const original = hashOf(harness.bucket.all());
    await harness.carryOut(harness.message('hide'));
    harness.requests.list = 0;
    const sent: number[] = [];
    const message = harness.message('reveal');
    // 20 ms a request: some ten pages of the forty in each invocation.
    const { bucket, control, time } = harness;
    const hurried = Object.assign(new RecoveryHarness({ page: 1_000, budgetMs: 200 }), { bucket, control, time });
    hurried.queue.push(message);
    for (let next = hurried.queue.shift(); next !== undefined; next = hurried.queue.shift()) {
      sent.push(hurried.requests.list);
      await hurried.deliver(next);
    }
    expect(sent.length).toBeGreaterThan(3);
    expect(hurried.requests.list).toBeLessThanOrEqual(40 + 4 * sent.length);
    expect(hashOf(harness.bucket.all())).toBe(original);
    expect(harness.control.done).toMatchObject([{ count: OBJECTS }, { count: OBJECTS }]);
  });

  it('of one shard that do not fit into one invocation are an error, not an endless loop', async () => {
    const harness = new RecoveryHarness({ page: 10, budgetMs: 100 });
    harness.bucket.put(`${TENANT}/00/p-0/hidden`);
    await harness.carryOut(harness.message('hide'));
    for (let i = 0; i < 200; i++) harness.bucket.put(`${TENANT}/00/p-0/a${i}`);
    await expect(harness.carryOut(harness.message('reveal'))).rejects.toThrow(NoProgressError);
  });
});

describe('the flag of a table', () => {
  const hide = (harness: RecoveryHarness, id = 'tm-1') => harness.carryOut(harness.message('hide', 'crm-records', id));
  const reveal = (harness: RecoveryHarness, id = 'tm-1') =>
    harness.carryOut(harness.message('reveal', 'crm-records', id));

  it('is set by hiding and removed by revealing', async () => {
    const harness = new RecoveryHarness();
    await hide(harness);
    expect(harness.flags.flags.get(TENANT)).toEqual({
      state: 'suspended',
      since: '2031-04-01T00:00:00.000Z',
      terminationId: 'tm-1',
    });
    await reveal(harness);
    expect(harness.flags.flags.size).toBe(0);
    expect(harness.control.done).toMatchObject([{ storeId: 'crm-records', count: 1 }, { direction: 'reveal' }]);
  });

  it('is not for documents of the books, which are needed after the end of the contract too', async () => {
    const harness = new RecoveryHarness();
    for (const direction of ['hide', 'reveal'] as const) {
      await harness.carryOut(harness.message(direction, 'billing-records'));
      expect(harness.billing.flags.size).toBe(0);
    }
    expect(harness.control.done.map(({ count }) => count)).toEqual([0, 0]);
  });

  it('of another termination stays, and is an error to whoever wants to set his own', async () => {
    const harness = new RecoveryHarness();
    await hide(harness);
    await expect(harness.deliver(harness.message('hide', 'crm-records', 'tm-2'), CALM)).rejects.toThrow(
      ForeignFlagError,
    );
    harness.time += 60_000;
    await reveal(harness, 'tm-2');
    expect(harness.flags.flags.get(TENANT)?.terminationId).toBe('tm-1');
  });
});
