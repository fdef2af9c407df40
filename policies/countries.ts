/** Codes of groups of countries and of test data, which Unicode has names for and ISO 3166 no countries. */
const NO_COUNTRIES: readonly string[] = ['EU', 'EZ', 'QO', 'UN', 'XA', 'XB', 'ZZ'];

const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });

/**
 * Whether it is the ISO 3166 code of a country, and the one in use: `UK` and `BU` are not, because an order that names
 * GB or MM would not be found to be about them.
 */
export function isCountry(code: string): boolean {
  if (!/^[A-Z]{2}$/.test(code) || NO_COUNTRIES.includes(code)) return false;
  return names.of(code) !== undefined && new Intl.Locale(`und-${code}`).region === code;
}
