import fc from 'fast-check';
import { addPeriod, formatDay, parseDate, parseDayInIndia } from '../../../lambda/retention/civil-date';

const MS_PER_DAY = 86_400_000;
const INDIA_MS = 5.5 * 3_600_000;

/** Days from 1900-01-01 to 2999-12-31, and those after which a test still has 20 years. */
const anyDay = fc.integer({ min: -25_567, max: 376_199 });
const earlierDay = fc.integer({ min: -25_567, max: 368_000 });
const dayOf = (text: string): number => {
  const day = parseDate(text);
  if (day === undefined) throw new Error(`${text} is no date`);
  return day;
};

describe('a day', () => {
  it('is written and read as the calendar of JavaScript does', () => {
    fc.assert(
      fc.property(anyDay, (day) => {
        const text = new Date(day * MS_PER_DAY).toISOString().slice(0, 10);
        expect(formatDay(day)).toBe(text);
        expect(parseDate(text)).toBe(day);
      }),
    );
  });

  it('is the one that an instant falls on in India', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('1900-01-02'), max: new Date('2999-12-30'), noInvalidDate: true }),
        (instant) => {
          const text = new Date(instant.getTime() + INDIA_MS).toISOString().slice(0, 10);
          expect(parseDayInIndia(instant.toISOString())).toBe(parseDate(text));
        },
      ),
    );
  });

  it.each([
    ['2027-05-12T18:29:59.999Z', '2027-05-12'],
    ['2027-05-12T18:30:00.000Z', '2027-05-13'],
    ['2027-05-13T00:00:00+05:30', '2027-05-13'],
    ['2027-05-12T23:59:59+05:30', '2027-05-12'],
    ['2027-05-12T14:00-05:00', '2027-05-13'],
    ['2028-02-28T18:30:00Z', '2028-02-29'],
    ['2027-05-13', '2027-05-13'],
  ])('%s is %s', (text, day) => {
    expect(parseDayInIndia(text)).toBe(dayOf(day));
  });

  it.each([
    '',
    'today',
    '2027',
    '2027-5-13',
    '2027-02-29',
    '2027-13-01',
    '2027-00-10',
    '2027-04-31',
    '1899-12-31',
    '3000-01-01',
    '2027-05-13T10:00:00',
    '2027-05-13T24:00:00Z',
    '2027-05-13T10:60:00Z',
    '2027-05-13T10:00:60Z',
    '2027-02-30T10:00:00Z',
    '2027-05-13T10:00:00+15:00',
    '2027-05-13T10:00:00+05:60',
    ' 2027-05-13',
    '13.05.2027',
  ])('is not "%s"', (text) => {
    expect(parseDayInIndia(text)).toBeUndefined();
  });

  it('is never invented from other text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const day = parseDayInIndia(text);
        if (day !== undefined) expect(text).toMatch(/^\d{4}-\d{2}-\d{2}/);
      }),
    );
  });
});

describe('addPeriod', () => {
  it.each([
    ['2027-06-01', { unit: 'years', value: 1 }, '2028-06-01'],
    ['2028-02-29', { unit: 'years', value: 1 }, '2029-02-28'],
    ['2028-02-29', { unit: 'years', value: 4 }, '2032-02-29'],
    ['2027-12-31', { unit: 'months', value: 72 }, '2033-12-31'],
    ['2027-01-31', { unit: 'months', value: 1 }, '2027-02-28'],
    ['2027-11-30', { unit: 'months', value: 3 }, '2028-02-29'],
    ['2027-12-15', { unit: 'months', value: 1 }, '2028-01-15'],
    ['2028-02-01', { unit: 'days', value: 90 }, '2028-05-01'],
  ] as const)('%s and %j is %s', (from, period, to) => {
    expect(formatDay(addPeriod(dayOf(from), period))).toBe(to);
  });

  it('counts 366 days for a year across 29 February and 365 for another', () => {
    const year = { unit: 'years', value: 1 } as const;
    const lengthFrom = (text: string) => addPeriod(dayOf(text), year) - dayOf(text);
    expect(['2027-02-28', '2027-03-01', '2028-02-28', '2028-03-01'].map(lengthFrom)).toEqual([365, 366, 366, 365]);
  });

  it('keeps the day of the month, or takes the last of a shorter one', () => {
    fc.assert(
      fc.property(earlierDay, fc.integer({ min: 1, max: 239 }), (day, value) => {
        const [from, to] = [formatDay(day), formatDay(addPeriod(day, { unit: 'months', value }))];
        const months = (text: string) => Number(text.slice(0, 4)) * 12 + Number(text.slice(5, 7));
        expect(months(to) - months(from)).toBe(value);
        if (to.slice(8) !== from.slice(8)) {
          expect(to.slice(8) < from.slice(8)).toBe(true);
          expect(formatDay(dayOf(to) + 1).slice(8)).toBe('01');
        }
      }),
    );
  });

  it('is the same for a year and for twelve months, and never runs backwards', () => {
    fc.assert(
      fc.property(earlierDay, fc.integer({ min: 1, max: 20 }), (day, value) => {
        const later = addPeriod(day, { unit: 'years', value });
        expect(later).toBe(addPeriod(day, { unit: 'months', value: value * 12 }));
        expect(addPeriod(day + 1, { unit: 'years', value })).toBeGreaterThanOrEqual(later);
      }),
    );
  });
});
