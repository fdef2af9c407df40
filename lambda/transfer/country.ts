import { isCountry } from '../../policies/countries';

/** Where the data lives. */
export const HOME_COUNTRY = 'IN';

/** Name of the country with an ISO 3166 code; undefined where there is none. */
export function countryName(code: string): string | undefined {
  if (!isCountry(code)) return undefined;
  return new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' }).of(code);
}
