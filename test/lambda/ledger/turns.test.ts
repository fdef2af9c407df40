import fc from 'fast-check';
import { TURNS, turnOf } from '../../../lambda/ledger/turns';

const DAY_MS = 86_400_000;
const sizes = fc.nat({ max: 100_000_000 });
const days = fc.date({ min: new Date('2026-01-01'), max: new Date('2060-01-01'), noInvalidDate: true });

describe('the turns of old checkpoints', () => {
  it('open every checkpoint within a month of days, whatever its size', () => {
    fc.assert(
      fc.property(sizes, days, (size, start) => {
        const month = Array.from({ length: TURNS }, (_, i) => turnOf(new Date(start.getTime() + i * DAY_MS), size + 1));
        expect(month.filter((isWanted) => isWanted(size))).toHaveLength(1);
      }),
    );
  });

  it('open at once what was not read before', () => {
    fc.assert(
      fc.property(sizes, fc.nat({ max: 1_000 }), days, (since, more, now) => {
        expect(turnOf(now, since)(since + more)).toBe(true);
      }),
    );
  });
});
