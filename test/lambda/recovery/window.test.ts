import fc from 'fast-check';
import { isWithin, waitBeforeMarking, windowStart } from '../../../lambda/recovery/window';

/** What a clock that is off by so much shows at a time, in whole seconds. */
const shown = (time: number, skew: number) => Math.floor((time + skew) / 1_000) * 1_000;

const base = Date.parse('2026-11-22T09:00:00.000Z');
const ms = fc.integer({ min: 0, max: 999 });
/** Clocks of the store's machines, in milliseconds away from the truth; two of them differ by less than a second. */
const skew = fc.integer({ min: -499, max: 499 });

describe('the window of hiding', () => {
  it("holds every marker of hiding, whichever of the store's machines answers", () => {
    fc.assert(
      fc.property(ms, skew, skew, skew, skew, fc.nat(1e9), (start, first, second, marking, last, later) => {
        const since = windowStart(new Date(shown(base + start, first)));
        // The first moment at which the second machine lets marking begin.
        let begun = base + start;
        while (waitBeforeMarking(new Date(shown(begun, second)), since) > 0)
          begun += waitBeforeMarking(new Date(shown(begun, second)), since);
        const until = new Date(shown(begun + later, last));
        expect(isWithin(shown(begun, marking), { since, until })).toBe(true);
        expect(isWithin(shown(begun + later, marking), { since, until })).toBe(true);
      }),
    );
  });

  it('holds no marker that was there before hiding looked at the clock', () => {
    fc.assert(
      fc.property(ms, skew, skew, fc.nat(1e9), (start, looking, marking, earlier) => {
        const since = windowStart(new Date(shown(base + start, looking)));
        const until = new Date(base + 1e9);
        expect(isWithin(shown(base + start - earlier, marking), { since, until })).toBe(false);
      }),
    );
  });

  it('holds no marker of a deletion more than two seconds after it was closed', () => {
    const window = { since: new Date(base), until: new Date(base + 60_000) };
    expect(isWithin(base + 61_000, window)).toBe(true);
    expect(isWithin(base + 62_000, window)).toBe(false);
  });
});
