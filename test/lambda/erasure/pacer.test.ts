import fc from 'fast-check';
import { Pacer } from '../../../lambda/erasure/pacer';

const RATE = 1_000;

function pacerWithClock() {
  let time = 0;
  const clock = { now: () => new Date(time) };
  const sleep = (ms: number) => {
    time += ms;
    return Promise.resolve();
  };
  return { pacer: new Pacer({ ratePerSecond: RATE, clock, sleep }), now: () => time };
}

describe('the pacer', () => {
  it('never spends more than a burst plus the rate', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 1_000 }), { minLength: 1, maxLength: 60 }),
        async (batches) => {
          const { pacer, now } = pacerWithClock();
          let spent = 0;
          for (const keys of batches) {
            await pacer.take(new Map([['a', keys]]));
            spent += keys;
            expect(spent).toBeLessThanOrEqual(RATE + (RATE * now()) / 1000 + 1);
          }
        },
      ),
    );
  });

  it('wastes no time: as many keys as possible go', async () => {
    const { pacer, now } = pacerWithClock();
    for (let n = 0; n < 100; n++) pacer.answered(await pacer.take(new Map([['a', 100]])), new Set());
    expect(now()).toBeLessThanOrEqual(9_300);
  });

  it('gives each partition a budget of its own', async () => {
    const { pacer, now } = pacerWithClock();
    for (let n = 0; n < 16; n++) await pacer.take(new Map([[`shard-${n}`, RATE * 0.9]]));
    expect(now()).toBe(0);
  });

  it('slows a partition that is refused, and comes back to the full rate in quiet time', async () => {
    const { pacer, now } = pacerWithClock();
    pacer.answered(await pacer.take(new Map([['a', RATE]])), new Set(['a']));
    const before = now();
    await pacer.take(new Map([['a', 700]]));
    expect(now() - before).toBeGreaterThanOrEqual(990);
    for (let n = 0; n < 20; n++) await pacer.take(new Map([['a', RATE]]));
    const settled = now();
    await pacer.take(new Map([['a', RATE]]));
    expect(now() - settled).toBeLessThanOrEqual(1_010);
  });

  it('slows down once for calls that were refused together', async () => {
    const { pacer, now } = pacerWithClock();
    const together = await Promise.all([1, 2, 3, 4].map(() => pacer.take(new Map([['a', 100]]))));
    const alone = pacerWithClock();
    alone.pacer.answered(await alone.pacer.take(new Map([['a', 400]])), new Set(['a']));
    for (const ticket of together) pacer.answered(ticket, new Set(['a']));
    for (const p of [pacer, alone.pacer]) await p.take(new Map([['a', RATE]]));
    expect(now()).toBe(alone.now());
  });

  it('never stops altogether', async () => {
    const { pacer, now } = pacerWithClock();
    for (let n = 0; n < 50; n++) pacer.answered(await pacer.take(new Map([['a', 1]])), new Set(['a']));
    const before = now();
    await pacer.take(new Map([['a', 1]]));
    expect(now() - before).toBeLessThan(1_000);
  });
});
