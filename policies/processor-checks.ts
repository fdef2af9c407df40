import { at, type CrossProblem, repeated } from './cross-problem';
import type { Register } from './schema';

/** What is wrong in processors.yaml, by itself and beside the other files. */
export function processors({ processors: { processors: list }, regions }: Register): CrossProblem[] {
  const owners = list.flatMap((processor, i) => processor.domains.map((domain, j) => ({ domain, i, j })));
  const indian = [regions.home.region, regions.replica.region];
  return [
    ...repeated(
      'processors',
      ['processors'],
      list.map((processor) => processor.id),
      'id',
    ),
    ...list.flatMap((processor, i) =>
      repeated(
        'processors',
        ['processors', i, 'purposes'],
        processor.purposes.map((purpose) => purpose.id),
        'id',
      ),
    ),
    // Of a host that two share nobody could say to whom the data went.
    ...owners.flatMap(({ domain, i, j }, n) => {
      const first = owners.findIndex((owner) => owner.domain === domain);
      if (first === n) return [];
      const path = ['processors', i, 'domains', j];
      const against = ['processors', owners[first]?.i ?? 0, 'domains', owners[first]?.j ?? 0];
      return [at('processors', path, `expected a host of its own, got "${domain}" again`, against)];
    }),
    ...owners.flatMap(({ domain, i, j }) =>
      domain.endsWith('.amazonaws.com') && !indian.some((region) => domain.includes(`.${region}.`))
        ? [
            at(
              'processors',
              ['processors', i, 'domains', j],
              `expected a host of AWS in ${indian.join(' or ')}, got "${domain}"`,
            ),
          ]
        : [],
    ),
  ];
}
