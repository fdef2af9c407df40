import type { Processor } from '../../policies/schema';

/** Codes of groups and of nowhere, which Unicode keeps among those of countries. */
const NO_COUNTRIES = new Set(['EU', 'EZ', 'QO', 'UN', 'XA', 'XB', 'ZZ']);

/** Where the data lives. */
export const HOME_COUNTRY = 'IN';

/**
 * Name of the country with an ISO 3166 code; undefined where there is none. A code that is only understood, as UK for
 * GB, is none: processors stand under the right one, and an order under the wrong one would close nothing.
 */
export function countryName(code: string): string | undefined {
  if (!/^[A-Z]{2}$/.test(code) || NO_COUNTRIES.has(code)) return undefined;
  const [canonical] = Intl.getCanonicalLocales(`und-${code}`);
  if (canonical !== `und-${code}`) return undefined;
  return new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' }).of(code);
}

/** Where a processor works on data or keeps it, each once; none of one that nobody knows. */
export function countriesOf(processor: Processor | undefined): string[] {
  if (processor === undefined) return [];
  return [...new Set([...processor.countries.processing, ...processor.countries.storage])].sort();
}
