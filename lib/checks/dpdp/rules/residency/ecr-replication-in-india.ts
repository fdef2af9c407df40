import { inEach } from '../../reach';
import type { Rule } from '../../rule';
import { SOURCES } from '../../sources';
import { at } from '../../template';
import { regionsNamed, strays, UNKNOWN_REGION } from '../../whereabouts';

const words = (region: string) => `replicates images to ${region}`;

export const ecrReplicationInIndia: Rule = {
  id: 'EcrReplicationInIndia',
  area: 'residency',
  severity: 'error',
  title: 'Images of containers are replicated to Regions in India alone.',
  why: 'An image abroad is where the same software runs next, and whatever was built into it has left already.',
  fix: 'Name allowed Regions alone as `Region` of the `Destinations` of each rule.',
  serves: [SOURCES.transfers, SOURCES.access],
  types: ['AWS::ECR::ReplicationConfiguration'],
  check: (resource, facts) =>
    inEach(resource.properties, ['ReplicationConfiguration', 'Rules'], words(UNKNOWN_REGION), (rule) =>
      inEach(rule, ['Destinations'], words(UNKNOWN_REGION), (destination) =>
        strays(regionsNamed(at(destination, 'Region'), resource), facts, UNKNOWN_REGION).map(words),
      ),
    ),
};
