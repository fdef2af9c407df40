import type { Processor } from '../../policies/schema';

/** Where the data lives. */
export const HOME_COUNTRY = 'IN';

/** Where a processor works on data or keeps it, each once; none of one that nobody knows. */
export function countriesOf(processor: Processor | undefined): string[] {
  if (processor === undefined) return [];
  return [...new Set([...processor.countries.processing, ...processor.countries.storage])].sort();
}
