import fc from 'fast-check';
import { backupsLapseOn } from '../../../lambda/retention/backups';
import { loadRegister } from '../../../policies/load';

const register = loadRegister();
const { ceilingDays, removalDays } = register.retention.backups;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const INDIA = 5.5 * HOUR;

describe('the day on which the last backup has lapsed', () => {
  it('is 35 days, a day for the removal and the rest of the day itself after the last deletion', () => {
    expect(backupsLapseOn('2026-11-22T06:00:00.000Z', register)).toBe('2026-12-29');
  });

  it('is counted in days of India: half past six in the evening UTC is midnight there', () => {
    expect(backupsLapseOn('2026-11-22T18:29:59.999Z', register)).toBe('2026-12-29');
    expect(backupsLapseOn('2026-11-22T18:30:00.000Z', register)).toBe('2026-12-30');
    expect(backupsLapseOn('2026-11-23T00:00:00.000+05:30', register)).toBe('2026-12-30');
  });

  it('does not skip or double a leap day', () => {
    expect(backupsLapseOn('2028-01-24T12:00:00.000Z', register)).toBe('2028-03-01');
    expect(backupsLapseOn('2028-02-29T12:00:00.000Z', register)).toBe('2028-04-06');
    expect(backupsLapseOn('2027-01-24T12:00:00.000Z', register)).toBe('2027-03-02');
  });

  it('never comes before the last backup with the data is gone, and at most two days after', () => {
    const instants = fc.date({ min: new Date('2026-01-01'), max: new Date('2090-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(instants, fc.nat(8 * HOUR), (deleted, removal) => {
        const begun = deleted.getTime() - 1;
        const gone = begun + ceilingDays.days * DAY + removal;
        const lapse = Date.parse(`${backupsLapseOn(deleted.toISOString(), register)}T00:00:00.000Z`) - INDIA;
        expect(lapse).toBeGreaterThan(gone);
        expect(lapse - (begun + ceilingDays.days * DAY)).toBeLessThanOrEqual((removalDays.days + 1) * DAY + 1);
      }),
    );
  });

  it('never moves back when a later deletion is made known', () => {
    const instants = fc.date({ min: new Date('2026-01-01'), max: new Date('2090-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(instants, instants, (a, b) => {
        const [earlier = a, later = b] = [a, b].sort((x, y) => x.getTime() - y.getTime());
        expect(backupsLapseOn(earlier.toISOString(), register) <= backupsLapseOn(later.toISOString(), register)).toBe(
          true,
        );
      }),
    );
  });

  it.each(['', 'yesterday', '2026-11-22', '2026-02-30T00:00:00.000Z', '2026-11-22T10:00:00'])(
    'is not guessed from "%s"',
    (text) => {
      expect(() => backupsLapseOn(text, register)).toThrow(RangeError);
    },
  );
});
