import { isAbsent, reach } from '../../reach';
import type { Rule } from '../../rule';
import { SOURCES } from '../../sources';

/** Types of which one that says nothing is private. */
const PRIVATE_BY_ITSELF = ['AWS::RDS::DBCluster', 'AWS::RedshiftServerless::Workgroup'];

export const databasesNotPublic: Rule = {
  id: 'DatabasesNotPublic',
  area: 'exposure',
  severity: 'error',
  title: 'Databases have no public address.',
  why: 'A database with a public address is one password away from everybody.',
  fix: 'Set `PubliclyAccessible` to false: left out, the subnets decide.',
  serves: [SOURCES.access, SOURCES.safeguards],
  types: [
    'AWS::RDS::DBInstance',
    'AWS::RDS::DBCluster',
    'AWS::Redshift::Cluster',
    'AWS::RedshiftServerless::Workgroup',
    'AWS::DMS::ReplicationInstance',
  ],
  check({ type, properties }) {
    const hidden = reach(properties.PubliclyAccessible).every((open) =>
      isAbsent(open) ? PRIVATE_BY_ITSELF.includes(type) : open === false || open === 'false',
    );
    return hidden ? 'compliant' : 'broken';
  },
};
