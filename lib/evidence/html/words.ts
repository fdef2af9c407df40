import type { Result } from '../model';

/** What a result is called. Its shape stands in the style sheet, so that colour says nothing alone. */
export const RESULT_WORDS: Readonly<Record<Result, string>> = {
  fail: 'Fail',
  unproven: 'Unproven',
  acknowledged: 'Acknowledged',
  pass: 'Pass',
  planned: 'Planned',
  'not-applicable': 'Not applicable',
};

export const RESULT_MEANINGS: Readonly<Record<Result, string>> = {
  fail: 'a rule is broken or a test failed',
  unproven: 'nothing in this run shows it',
  acknowledged: 'shown, but for findings that somebody answers for until a day',
  pass: 'its rules ran on something, none is broken, and its tests passed in this run',
  planned: 'not built yet',
  'not-applicable': 'nothing that software could keep, or it does not bind here',
};

/** Laws by the first letter of an obligation's id, as policies/controls.yaml has it. */
export const REGIMES = {
  A: 'DPDP Act',
  R: 'DPDP Rules',
  C: 'CERT-In',
  S: 'IT Act and SPDI Rules',
  I: 'Other law',
} as const;
export type Regime = keyof typeof REGIMES;

/** Of an obligation's id; what has another letter counts as other law. */
export function regimeOf(obligation: string): Regime {
  const letter = obligation.charAt(0);
  return Object.hasOwn(REGIMES, letter) ? (letter as Regime) : 'I';
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `2026-05-03` as `3 May 2026`, which nobody reads in two ways. */
export function dayInWords(day: string): string {
  const [year = '', month = '', date = ''] = day.split('-');
  return `${Number(date)} ${MONTHS[Number(month) - 1]} ${year}`;
}

/** `2026-01-05T10:00:00.000Z` as `5 Jan 2026, 10:00 UTC`. */
export function instantInWords(instant: string): string {
  return `${dayInWords(instant.slice(0, 10))}, ${instant.slice(11, 16)} UTC`;
}

/** `1 rule`, `1,200 rules`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${number(count)} ${count === 1 ? one : many}`;
}

export function number(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** Id for a fragment: letters and digits stay, whatever else there is does not. */
export function slug(prefix: string, id: string): string {
  return `${prefix}-${id.replace(/[^A-Za-z0-9.]+/g, '-')}`;
}
