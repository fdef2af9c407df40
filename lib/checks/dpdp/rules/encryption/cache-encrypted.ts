import { isAbsent, reach } from '../../reach';
import type { Rule } from '../../rule';
import { SOURCES } from '../../sources';
import { isTrue, type Properties } from '../../template';

const AT_REST = 'is not encrypted at rest';
const IN_TRANSIT = 'is not encrypted in transit';

const CHECKS: Readonly<Record<string, (properties: Properties) => readonly (readonly [boolean, string])[]>> = {
  'AWS::ElastiCache::ReplicationGroup': (properties) => [
    [isTrue(properties.AtRestEncryptionEnabled), AT_REST],
    [
      isTrue(properties.TransitEncryptionEnabled) &&
        reach(properties.TransitEncryptionMode).every((mode) => isAbsent(mode) || mode === 'required'),
      IN_TRANSIT,
    ],
  ],
  // Outside of a replication group, a cache cannot be encrypted at rest.
  'AWS::ElastiCache::CacheCluster': (properties) => [
    [false, AT_REST],
    [isTrue(properties.TransitEncryptionEnabled), IN_TRANSIT],
  ],
  // It is encrypted at rest, whatever one says, and in transit unless one says no.
  'AWS::MemoryDB::Cluster': ({ TLSEnabled }) => [
    [reach(TLSEnabled).every((one) => isAbsent(one) || isTrue(one)), IN_TRANSIT],
  ],
  'AWS::DAX::Cluster': ({ SSESpecification, ClusterEndpointEncryptionType }) => [
    [reach(SSESpecification, 'SSEEnabled').every(isTrue), AT_REST],
    [reach(ClusterEndpointEncryptionType).every((type) => type === 'TLS'), IN_TRANSIT],
  ],
};

const [firstType = 'AWS::ElastiCache::ReplicationGroup', ...types] = Object.keys(CHECKS);

export const cacheEncrypted: Rule = {
  id: 'CacheEncrypted',
  area: 'encryption',
  severity: 'error',
  title: 'Caches are encrypted at rest and in transit.',
  why: 'A cache holds what was read last, sessions among it, whatever its data role says of the store behind it.',
  fix: 'Set `AtRestEncryptionEnabled` and `TransitEncryptionEnabled` to true (DAX: `SSESpecification`, `ClusterEndpointEncryptionType`).',
  serves: [SOURCES.encryption, SOURCES.safeguards],
  types: [firstType, ...types],
  check: ({ type, properties }) =>
    (CHECKS[type]?.(properties) ?? []).filter(([holds]) => !holds).map(([, words]) => words),
};
