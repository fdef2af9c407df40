import { noCounts } from '../../../lambda/erasure/counts';
import { eraseStep } from '../../../lambda/erasure/eraser';
import { StepInterruptedError } from '../../../lambda/erasure/errors';
import { Pacer } from '../../../lambda/erasure/pacer';
import type { ErasableStore, Refusal } from '../../../lambda/erasure/ports';
import { STORES } from '../../support/erasure-harness';
import { Invocation, MemoryStore, NO_FAULTS } from '../../support/memory-cloud';
import { MemoryControl } from '../../support/memory-control';
import { Random } from '../../support/random';

const KEY = { requestId: 'er-1', round: 1, storeId: 'customer-files', part: 0 };

/** A step whose time is up after its first window, over so many versions. */
async function shortStep(versions: number, locked: boolean) {
  const [files] = STORES;
  if (files === undefined) throw new Error('no store');
  let time = Date.parse('2026-11-22T00:00:00Z');
  const clock = { now: () => new Date(time) };
  const sleep = () => Promise.resolve();
  const invocation = new Invocation(new Random(1), 0, () => {
    time += 1;
  });
  const store = new MemoryStore(files, new Random(1), NO_FAULTS, () => time);
  for (let n = 0; n < versions; n++) store.write('versions', `acme/00/s1/f${n}`, undefined, locked);
  const control = new MemoryControl();
  const steps = control.steps(invocation);
  const counts = { found: noCounts(), held: noCounts(), refused: noCounts() };
  const updatedAt = clock.now().toISOString();
  await steps.createSteps([{ ...KEY, ...counts, action: 'erase', expected: versions, state: 'waiting', updatedAt }]);
  const run = eraseStep(KEY, store.erasable(invocation), {
    steps,
    line: control.line(invocation),
    targetOf: () => Promise.resolve({ scope: 'tenant', tenantId: 'acme' }),
    pacer: new Pacer({ ratePerSecond: 10_000, clock, sleep }),
    clock,
    sleep,
    owner: 'worker',
    budgetMs: 0,
    leaseMs: 20_000,
  });
  return { run, store };
}

describe('a step whose time is up', () => {
  it('goes on in another invocation when it got on', async () => {
    const { run, store } = await shortStep(200, false);
    expect(await run).toBe('again');
    expect(store.erased.length).toBeGreaterThan(0);
  });

  it('does not go round for ever when all it sees is locked', async () => {
    const { run } = await shortStep(200, true);
    await expect(run).rejects.toBeInstanceOf(StepInterruptedError);
  });
});

describe('a step whose store takes long over each thing', () => {
  it('hands over in the middle of a window, and the counts come out exact', async () => {
    const [files] = STORES;
    if (files === undefined) throw new Error('no store');
    let time = Date.parse('2026-11-22T00:00:00Z');
    const clock = { now: () => new Date(time) };
    const sleep = () => Promise.resolve();
    const invocation = new Invocation(new Random(1), 0, () => undefined);
    const store = new MemoryStore(files, new Random(1), NO_FAULTS, () => time);
    for (let n = 0; n < 100; n++) store.write('versions', `acme/00/s1/f${n}`, undefined, n % 25 === 0);
    const control = new MemoryControl();
    const steps = control.steps(invocation);
    const counts = { found: noCounts(), held: noCounts(), refused: noCounts() };
    const updatedAt = clock.now().toISOString();
    await steps.createSteps([{ ...KEY, ...counts, action: 'seal', expected: 100, state: 'waiting', updatedAt }]);
    const inner = store.erasable(invocation);
    const outcomes: string[] = [];
    while (outcomes.at(-1) !== 'finished' && outcomes.length < 100) {
      const deadline = time + 10;
      const slow: ErasableStore = {
        ...inner,
        erase: async (batch) => {
          const begun = batch.filter(() => time++ < deadline);
          const late = batch.slice(begun.length).map((ref): Refusal => ({ ref, cause: 'busy' }));
          return [...(begun.length > 0 ? await inner.erase(begun) : []), ...late];
        },
      };
      const deps = { steps, line: control.line(invocation), clock, sleep, owner: `worker-${outcomes.length}` };
      outcomes.push(
        await eraseStep(KEY, slow, {
          ...deps,
          targetOf: () => Promise.resolve({ scope: 'tenant', tenantId: 'acme' }),
          pacer: new Pacer({ ratePerSecond: 10_000, clock, sleep }),
          budgetMs: 10,
          leaseMs: 20_000,
        }),
      );
    }
    expect(outcomes.length).toBeGreaterThan(5);
    const [step] = [...control.stepRows.values()];
    expect(step?.step).toMatchObject({ state: 'done', found: { versions: 100 }, held: { versions: 4 } });
    expect(store.erased).toHaveLength(96);
  });
});
