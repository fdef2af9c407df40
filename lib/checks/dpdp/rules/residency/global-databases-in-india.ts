import { inEach } from '../../reach';
import type { Rule } from '../../rule';
import { SOURCES } from '../../sources';
import { at } from '../../template';
import { regionsNamed, regionsOf, strays, UNKNOWN_REGION } from '../../whereabouts';

export const globalDatabasesInIndia: Rule = {
  id: 'GlobalDatabasesInIndia',
  area: 'residency',
  severity: 'error',
  title: 'No database takes members in Regions outside of India.',
  why: 'A global cluster copies all of its data to each Region that joins it, and its template does not say which may.',
  fix: 'Use a cluster of one Region, with a replica that names an allowed Region where a second place is needed.',
  serves: [SOURCES.transfers, SOURCES.foreignStates],
  types: [
    ...(['AWS::RDS::GlobalCluster', 'AWS::DocDB::GlobalCluster', 'AWS::Neptune::GlobalCluster'] as const),
    ...(['AWS::ElastiCache::GlobalReplicationGroup', 'AWS::MemoryDB::MultiRegionCluster'] as const),
    ...(['AWS::RDS::DBCluster', 'AWS::DSQL::Cluster'] as const),
  ],
  check: (resource, facts) => {
    const { type, properties } = resource;
    if (type === 'AWS::RDS::DBCluster')
      return properties.GlobalClusterIdentifier === undefined ? [] : ['joins a cluster of many Regions'];
    if (type === 'AWS::DSQL::Cluster') {
      const peers = inEach(properties, ['MultiRegionProperties', 'Clusters'], UNKNOWN_REGION, (arn) =>
        strays(regionsOf(arn, resource), facts),
      );
      const witness = strays(regionsNamed(at(properties.MultiRegionProperties, 'WitnessRegion'), resource), facts);
      return [...peers, ...witness].map((region) => `has a peer in ${region}`);
    }
    if (type === 'AWS::ElastiCache::GlobalReplicationGroup') {
      const words = (region: string) => `has a member in ${region}`;
      return inEach(properties.Members, [], words(UNKNOWN_REGION), (member) =>
        strays(regionsNamed(at(member, 'ReplicationGroupRegion'), resource), facts, UNKNOWN_REGION).map(words),
      );
    }
    return ['is a cluster that any Region can join'];
  },
};
