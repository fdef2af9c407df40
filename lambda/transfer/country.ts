import { isCountry } from '../../policies/countries';
import type { Processor } from '../../policies/schema';

/** Where the data lives. */
export const HOME_COUNTRY = 'IN';

/** Name of the country with an ISO 3166 code; undefined where there is none. */
export function countryName(code: string): string | undefined {
  if (!isCountry(code)) return undefined;
  return new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' }).of(code);
}

/** Where a processor works on data or keeps it, each once; none of one that nobody knows. */
export function countriesOf(processor: Processor | undefined): string[] {
  if (processor === undefined) return [];
  return [...new Set([...processor.countries.processing, ...processor.countries.storage])].sort();
}
