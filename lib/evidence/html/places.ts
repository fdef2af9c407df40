/** Regions of AWS in India. */
const INDIAN: Readonly<Record<string, string>> = { 'ap-south-1': 'Mumbai', 'ap-south-2': 'Hyderabad' };

export function isIndian(region: string): boolean {
  return Object.hasOwn(INDIAN, region);
}

/** `Mumbai, ap-south-1`; the Region alone where its place is not known. */
export function regionName(region: string): string {
  return isIndian(region) ? `${INDIAN[region]}, ${region}` : region;
}

const COUNTRIES = new Intl.DisplayNames('en', { type: 'region', fallback: 'code' });

/** `India` for `IN`; what is no code of a country stays as it is. */
export function countryName(code: string): string {
  return /^[A-Z]{2}$/.test(code) ? (COUNTRIES.of(code) ?? code) : code;
}
