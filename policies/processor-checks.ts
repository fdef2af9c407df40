import { isCountry } from './countries';
import { at, type CrossProblem, repeated, unknown } from './cross-problem';
import { fieldContracts } from './field-contract-checks';
import { hostProblem } from './host-names';
import type { Path } from './problems';
import type { Processor, Register } from './schema';

const FILE = 'processors';

/** What is wrong in processors.yaml, by itself and beside the other files. */
export function processors(register: Register): CrossProblem[] {
  const list = register.processors.processors;
  return [
    ...repeated(
      FILE,
      ['processors'],
      list.map((processor) => processor.id),
      'id',
    ),
    ...list.flatMap((processor, i) => {
      const path = ['processors', i];
      return [
        ...lists(processor, path, Object.keys(register.stages.stages)),
        ...addresses(processor, path),
        ...contract(processor, path),
        ...deadline(processor, path, register.transfers.notices.escalateBeforeDays),
        ...fieldContracts(processor, path, register.transfers),
      ];
    }),
    ...hosts(register),
  ];
}

function lists({ stages, dataRoles, countries }: Processor, path: Path, known: readonly string[]): CrossProblem[] {
  return [
    ...repeated(FILE, [...path, 'stages'], stages),
    ...stages.flatMap((stage, j) => unknown(FILE, [...path, 'stages', j], 'a stage of stages.yaml', stage, known)),
    ...repeated(FILE, [...path, 'dataRoles'], dataRoles),
    ...(['processing', 'storage'] as const).flatMap((list) => [
      ...repeated(FILE, [...path, 'countries', list], countries[list]),
      ...countries[list].flatMap((code, j) =>
        isCountry(code)
          ? []
          : [
              at(
                FILE,
                [...path, 'countries', list, j],
                `expected a country of ISO 3166 by its code in use, got "${code}"`,
              ),
            ],
      ),
    ]),
  ];
}

/** What is delivered goes through the firewall, which lets out the processor's domains and nothing else. */
function addresses({ domains, endpoint, erasure }: Processor, path: Path): CrossProblem[] {
  const places = [
    { address: endpoint, at: ['endpoint'] },
    { address: erasure.route === 'api' ? erasure.endpoint : null, at: ['erasure', 'endpoint'] },
  ];
  return places.flatMap(({ address, at: place }) => {
    if (address === null) return [];
    const host = address.slice('https://'.length).split('/')[0] ?? '';
    if (domains.includes(host)) return [];
    const own = domains.join(', ') || 'none';
    return [
      at(FILE, [...path, ...place], `expected a host of its domains (${own}), got "${host}"`, [...path, 'domains']),
    ];
  });
}

function contract({ contract: signed }: Processor, path: Path): CrossProblem[] {
  if (signed === null || signed.signedOn === null || signed.signedOn <= signed.validUntil) return [];
  const message = `expected a day from ${signed.signedOn} on, on which it was signed, got ${signed.validUntil}`;
  return [at(FILE, [...path, 'contract', 'validUntil'], message, [...path, 'contract', 'signedOn'])];
}

/** A processor that is escalated on the day on which it is asked had no time to answer. */
function deadline({ erasure }: Processor, path: Path, escalateBeforeDays: number): CrossProblem[] {
  if (erasure.deadlineDays > escalateBeforeDays) return [];
  const message = `expected more than the ${escalateBeforeDays} days of transfers.yaml (notices.escalateBeforeDays), got ${erasure.deadlineDays}`;
  return [at(FILE, [...path, 'erasure', 'deadlineDays'], message)];
}

function hosts({ processors: { processors: list }, regions }: Register): CrossProblem[] {
  const owners = list.flatMap((processor, i) => processor.domains.map((domain, j) => ({ domain, i, j })));
  const indian = [regions.home.region, regions.replica.region];
  return owners.flatMap(({ domain, i, j }, n) => {
    const path = ['processors', i, 'domains', j];
    const first = owners.findIndex((owner) => owner.domain === domain);
    const deceiving = hostProblem(domain);
    return [
      // Of a host that two share nobody could say to whom the data went.
      ...(first === n
        ? []
        : [
            at(FILE, path, `expected a host of its own, got "${domain}" again`, [
              'processors',
              owners[first]?.i ?? 0,
              'domains',
              owners[first]?.j ?? 0,
            ]),
          ]),
      ...(AWS.test(domain) && !indian.some((region) => domain.includes(`.${region}.`))
        ? [at(FILE, path, `expected a host of AWS in ${indian.join(' or ')}, got "${domain}"`)]
        : []),
      ...(deceiving === undefined ? [] : [at(FILE, path, deceiving)]),
    ];
  });
}

/** Hosts of AWS, which have their Region in the name; `api.aws` are those of both versions of IP. */
const AWS = /\.(amazonaws\.com|amazonaws\.com\.cn|api\.aws)$/;
