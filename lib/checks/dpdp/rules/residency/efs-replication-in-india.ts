import { inEach } from '../../reach';
import type { Rule } from '../../rule';
import { SOURCES } from '../../sources';
import { at } from '../../template';
import { regionsNamed, strays, UNKNOWN_REGION } from '../../whereabouts';

const words = (region: string) => `replicates files to ${region}`;

export const efsReplicationInIndia: Rule = {
  id: 'EfsReplicationInIndia',
  area: 'residency',
  severity: 'error',
  title: 'File systems replicate to Regions in India alone.',
  why: 'A replica abroad is a transfer of every file, within minutes of its being written.',
  fix: 'Name an allowed Region as `Region` of each of `ReplicationConfiguration.Destinations`.',
  serves: [SOURCES.transfers, SOURCES.foreignStates],
  types: ['AWS::EFS::FileSystem'],
  check: (resource, facts) =>
    inEach(resource.properties, ['ReplicationConfiguration', 'Destinations'], words(UNKNOWN_REGION), (destination) => {
      const zone = at(destination, 'AvailabilityZoneName');
      const named = regionsNamed(at(destination, 'Region'), resource);
      const ofZone = typeof zone === 'string' ? [zone.replace(/[a-z]$/, '')] : [];
      return strays(named.length > 0 ? named : ofZone, facts, UNKNOWN_REGION).map(words);
    }),
};
