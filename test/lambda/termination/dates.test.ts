import fc from 'fast-check';
import { dayInIndia } from '../../../lambda/retention/civil-date';
import { backupsLapseOn, removableAt, startOfDayInIndia, windowOf } from '../../../lambda/termination/dates';
import { loadRegister } from '../../../policies/load';

const register = loadRegister();
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NONCURRENT_DAYS = register.retention.lifecycle.noncurrentDays.days;

/** Any millisecond of the years in which this may run, edges of days included. */
const anyInstant = fc.oneof(
  fc.date({ min: new Date('2026-01-01T00:00:00Z'), max: new Date('2060-01-01T00:00:00Z'), noInvalidDate: true }),
  fc
    .tuple(
      fc.integer({ min: 20_454, max: 32_872 }),
      fc.constantFrom(-1, 0, 1, 5.5 * HOUR, 18.5 * HOUR, 18.5 * HOUR - 1),
    )
    .map(([day, ms]) => new Date(day * DAY + ms)),
);

describe('no byte outlives the promise, and none dies before its notice', () => {
  it('begins the erasure within 90 days of the termination, whatever the time of day', () => {
    fc.assert(
      fc.property(anyInstant, (terminatedAt) => {
        const { eraseAt, promiseEndsAt } = windowOf(terminatedAt, register);
        expect(Date.parse(promiseEndsAt) - terminatedAt.getTime()).toBe(90 * DAY);
        expect(eraseAt <= promiseEndsAt).toBe(true);
        expect(Date.parse(eraseAt) - terminatedAt.getTime()).toBeGreaterThanOrEqual(NONCURRENT_DAYS * DAY);
      }),
    );
  });

  it('lets S3 remove nothing that was hidden at or after the termination before the erasure may begin', () => {
    fc.assert(
      fc.property(anyInstant, fc.nat({ max: 7 * DAY }), (terminatedAt, later) => {
        const { eraseAt } = windowOf(terminatedAt, register);
        const hiddenAt = new Date(terminatedAt.getTime() + later);
        expect(removableAt(hiddenAt, NONCURRENT_DAYS).getTime()).toBeGreaterThanOrEqual(Date.parse(eraseAt));
      }),
    );
  });

  it('has S3 remove by itself what was hidden in the first instant, within the 90 days, should all else fail', () => {
    fc.assert(
      fc.property(anyInstant, (terminatedAt) => {
        const { eraseAt, promiseEndsAt } = windowOf(terminatedAt, register);
        expect(removableAt(terminatedAt, NONCURRENT_DAYS).toISOString()).toBe(eraseAt);
        expect(eraseAt <= promiseEndsAt).toBe(true);
      }),
    );
  });

  it('warns in order, after the termination, and each time at least as long before as the warning says', () => {
    fc.assert(
      fc.property(anyInstant, (terminatedAt) => {
        const { eraseAt, notices } = windowOf(terminatedAt, register);
        expect(notices.map((notice) => notice.hoursBefore)).toEqual([168, 48]);
        const due = notices.map((notice) => notice.dueAt);
        expect([...due].sort()).toEqual(due);
        for (const { dueAt, hoursBefore } of notices) {
          expect(dueAt > terminatedAt.toISOString()).toBe(true);
          const ahead = Date.parse(eraseAt) - Date.parse(dueAt) - hoursBefore * HOUR;
          expect(ahead).toBe(register.retention.notices.marginHours.hours * HOUR);
        }
      }),
    );
  });

  it('does so too with any other number of days that the register accepts', () => {
    fc.assert(
      fc.property(anyInstant, fc.integer({ min: 10, max: 89 }), (terminatedAt, days) => {
        const { retention } = register;
        const lifecycle = { ...retention.lifecycle, noncurrentDays: { ...retention.lifecycle.noncurrentDays, days } };
        const { eraseAt, promiseEndsAt } = windowOf(terminatedAt, { retention: { ...retention, lifecycle } });
        expect(eraseAt <= promiseEndsAt).toBe(true);
        expect(eraseAt).toMatch(/T00:00:00\.000Z$/);
      }),
    );
  });
});

describe('edges of the calendar', () => {
  it.each([
    ['a midnight UTC is not rounded further', '2026-11-22T00:00:00.000Z', '2027-02-19T00:00:00.000Z'],
    ['a millisecond later is rounded up by a day', '2026-11-22T00:00:00.001Z', '2027-02-20T00:00:00.000Z'],
    ['the last millisecond of a day gains one', '2026-11-22T23:59:59.999Z', '2027-02-20T00:00:00.000Z'],
    ['midnight in India is no midnight in UTC', '2026-11-21T18:30:00.000Z', '2027-02-19T00:00:00.000Z'],
    [
      'a window over 29 February 2028 has 90 days like any other',
      '2027-12-15T10:00:00.000Z',
      '2028-03-14T00:00:00.000Z',
    ],
    ['a termination on 29 February 2028', '2028-02-29T10:00:00.000Z', '2028-05-29T00:00:00.000Z'],
    ['an erasure on 29 February 2028', '2027-12-01T10:00:00.000Z', '2028-02-29T00:00:00.000Z'],
  ])('%s', (_what, terminatedAt, eraseAt) => {
    expect(windowOf(new Date(terminatedAt), register).eraseAt).toBe(eraseAt);
  });

  it('names days as India does, whose midnight is 18:30 UTC', () => {
    expect(dayInIndia('2027-05-12T18:29:59.999Z')).toBe('2027-05-12');
    expect(dayInIndia('2027-05-12T18:30:00.000Z')).toBe('2027-05-13');
    expect(startOfDayInIndia('2027-05-13')).toBe('2027-05-12T18:30:00.000Z');
    expect(startOfDayInIndia('2028-02-29')).toBe('2028-02-28T18:30:00.000Z');
  });

  it('counts the last backup from the end of the day of erasure', () => {
    expect(backupsLapseOn('2027-02-19T00:00:05.000Z', 36)).toBe('2027-03-28');
    // The same evening in India is the next day already.
    expect(backupsLapseOn('2027-02-19T20:00:00.000Z', 36)).toBe('2027-03-29');
  });
});
