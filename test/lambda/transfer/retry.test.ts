import fc from 'fast-check';
import { MAX_DELAY_SECONDS, pauseMs, retryDelayMs, waitSeconds } from '../../../lambda/transfer/retry';
import { loadRegister } from '../../../policies/load';

const { relay } = loadRegister().transfers;
const random = fc.double({ min: 0, max: 1, noNaN: true });
const HOUR_MS = 3_600_000;

it('waits longer after each attempt, by half of it at most at random, and never more than two hours', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 60 }), random, (attempts, r) => {
      const delay = retryDelayMs(attempts, r);
      expect(delay).toBeGreaterThanOrEqual(retryDelayMs(attempts, 0));
      expect(delay).toBeLessThanOrEqual(2 * HOUR_MS);
      expect(retryDelayMs(attempts, 1)).toBeLessThanOrEqual(2 * retryDelayMs(attempts, 0) + 1);
      expect(retryDelayMs(attempts + 1, r)).toBeGreaterThanOrEqual(delay);
    }),
  );
});

it('spreads what failed together', () => {
  const delays = new Set(Array.from({ length: 100 }, (_, n) => retryDelayMs(4, n / 100)));
  expect(delays.size).toBe(100);
});

it('makes all attempts of the register before the transfer is given up, whatever the random numbers are', () => {
  fc.assert(
    fc.property(fc.array(random, { minLength: relay.maxAttempts, maxLength: relay.maxAttempts }), (numbers) => {
      const total = numbers.slice(1).reduce((sum, r, n) => sum + retryDelayMs(n + 1, r), 0);
      expect(total).toBeLessThan(relay.giveUpAfterHours * HOUR_MS);
    }),
  );
});

it('asks a busy processor within a minute, ever more seldom, and never at once', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1_000_000 }), random, (waits, r) => {
      const seconds = waitSeconds(waits, r);
      expect(Number.isInteger(seconds)).toBe(true);
      expect(seconds).toBeGreaterThanOrEqual(1);
      expect(seconds).toBeLessThanOrEqual(60);
      expect(waitSeconds(waits + 1, r)).toBeGreaterThanOrEqual(seconds);
    }),
  );
});

it('leaves a failing processor alone for five minutes at most', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000_000 }), random, (failures, r) => {
      const pause = pauseMs(failures, r);
      expect(pause).toBeGreaterThanOrEqual(500);
      expect(pause).toBeLessThanOrEqual(300_000);
      expect(pause / 1000 + waitSeconds(failures, r)).toBeLessThanOrEqual(MAX_DELAY_SECONDS);
    }),
  );
});
