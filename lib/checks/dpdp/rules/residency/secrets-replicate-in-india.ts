import { inEach } from '../../reach';
import type { Rule } from '../../rule';
import { SOURCES } from '../../sources';
import { at } from '../../template';
import { regionsNamed, strays, UNKNOWN_REGION } from '../../whereabouts';

const words = (region: string) => `is copied as a secret to ${region}`;

export const secretsReplicateInIndia: Rule = {
  id: 'SecretsReplicateInIndia',
  area: 'residency',
  severity: 'error',
  title: 'Secrets are copied to Regions in India alone.',
  why: 'Whoever reads the copy abroad holds what opens the data at home.',
  fix: 'Name allowed Regions alone as `Region` of each of `ReplicaRegions`.',
  serves: [SOURCES.transfers, SOURCES.access],
  types: ['AWS::SecretsManager::Secret'],
  check: (resource, facts) =>
    inEach(resource.properties.ReplicaRegions, [], words(UNKNOWN_REGION), (replica) =>
      strays(regionsNamed(at(replica, 'Region'), resource), facts, UNKNOWN_REGION).map(words),
    ),
};
