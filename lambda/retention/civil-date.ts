/**
 * Calendar days without a clock, a time zone database or `Date`: a day is a whole number, counted from
 * 1970-01-01, so that comparing and adding are comparing and adding numbers.
 */
export type Day = number;

export interface Period {
  readonly unit: 'days' | 'months' | 'years';
  readonly value: number;
}

/** India keeps UTC+05:30 all year. */
const INDIA_OFFSET_MINUTES = 330;
const MINUTES_PER_DAY = 1440;
const DATE = /^\d{4}-\d{2}-\d{2}$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/;
/** No fact of this business lies outside, and every date that a rule can lead to still has four digits. */
const FIRST_YEAR = 1900;
const LAST_YEAR = 2999;

/** Day of a calendar date such as 2027-05-13; undefined if it is none, as 2027-02-29. Years 1900 to 2999. */
export function parseDate(text: string): Day | undefined {
  return DATE.test(text) ? readDate(text) : undefined;
}

/**
 * Day on which something happened in India: of an ISO 8601 instant with offset, or of a calendar date,
 * which is taken as a day in India. Undefined if the text is neither.
 */
export function parseDayInIndia(text: string): Day | undefined {
  if (text.length === 10) return parseDate(text);
  if (!INSTANT.test(text)) return undefined;
  const day = readDate(text);
  const hour = digits(text, 11, 13);
  const minute = digits(text, 14, 16);
  const second = text[16] === ':' ? digits(text, 17, 19) : 0;
  const offset = offsetMinutes(text);
  if (day === undefined || offset === undefined || hour > 23 || minute > 59 || second > 59) return undefined;
  const minutes = hour * 60 + minute - offset + INDIA_OFFSET_MINUTES;
  return day + Math.floor(minutes / MINUTES_PER_DAY);
}

/** `2027-05-13`. */
export function formatDay(day: Day): string {
  const { year, month, dayOfMonth } = civil(day);
  return `${year}${TWO_DIGITS[month]}${TWO_DIGITS[dayOfMonth]}`;
}

/**
 * The day a period later. Months and years are calendar ones: the same day of the month, or the last of
 * a month that is too short (29 February 2028 and a year is 28 February 2029).
 */
export function addPeriod(day: Day, { unit, value }: Period): Day {
  if (unit === 'days') return day + value;
  const { year, month, dayOfMonth } = civil(day);
  const months = year * 12 + (month - 1) + (unit === 'years' ? value * 12 : value);
  const y = Math.floor(months / 12);
  const m = (months % 12) + 1;
  return dayNumber(y, m, Math.min(dayOfMonth, daysIn(y, m)));
}

function digits(text: string, from: number, to: number): number {
  let value = 0;
  for (let i = from; i < to; i++) value = value * 10 + text.charCodeAt(i) - 48;
  return value;
}

function readDate(text: string): Day | undefined {
  const year = digits(text, 0, 4);
  const month = digits(text, 5, 7);
  const dayOfMonth = digits(text, 8, 10);
  if (year < FIRST_YEAR || year > LAST_YEAR || month < 1 || month > 12) return undefined;
  if (dayOfMonth < 1 || dayOfMonth > daysIn(year, month)) return undefined;
  return dayNumber(year, month, dayOfMonth);
}

/** Minutes east of UTC at the end of an instant; undefined when no clock keeps such an offset. */
function offsetMinutes(text: string): number | undefined {
  if (text.endsWith('Z')) return 0;
  const at = text.length - 6;
  const hours = digits(text, at + 1, at + 3);
  const minutes = digits(text, at + 4, at + 6);
  if (hours > 14 || minutes > 59) return undefined;
  return (text[at] === '-' ? -1 : 1) * (hours * 60 + minutes);
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** `-00` to `-31`: building them for every date would be half of its cost. */
const TWO_DIGITS = Array.from({ length: 32 }, (_, n) => `-${n < 10 ? '0' : ''}${n}`);

/** Days before 1970-01-01 in a calendar whose year begins on 1 March, so that the leap day is its last. */
const EPOCH = 719_468;
const DAYS_PER_ERA = 146_097;

function dayNumber(year: number, month: number, dayOfMonth: number): Day {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + dayOfMonth - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * DAYS_PER_ERA + dayOfEra - EPOCH;
}

function civil(day: Day): { year: number; month: number; dayOfMonth: number } {
  const z = day + EPOCH;
  const era = Math.floor(z / DAYS_PER_ERA);
  const dayOfEra = z - era * DAYS_PER_ERA;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const fromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    dayOfMonth: dayOfYear - Math.floor((153 * fromMarch + 2) / 5) + 1,
  };
}

/** Day in India of an instant, e.g. 2027-02-21. */
export function dayInIndia(at: string): string {
  const day = parseDayInIndia(at);
  if (day === undefined) throw new RangeError('an instant between 1900 and 2999 is expected');
  return formatDay(day);
}
