import type { Facts } from '../../facts';
import { inEach, isAbsent, reach } from '../../reach';
import type { Rule } from '../../rule';
import { SOURCES } from '../../sources';
import { at, type TemplateResource, textWithin, type Value } from '../../template';
import { regionsNamed, regionsOf, strays, UNKNOWN_REGION } from '../../whereabouts';

/** Calls that copy a snapshot or hand it to others, as a custom resource of the CDK names them. */
const SHARING = /(modify(DB|DBCluster)?SnapshotAttribute|modifyImageAttribute|copy(DB|DBCluster)?Snapshot|copyImage)/i;

export const snapshotsStayInIndia: Rule = {
  id: 'SnapshotsStayInIndia',
  area: 'residency',
  severity: 'error',
  title: 'Snapshots are neither copied abroad nor shared with other accounts.',
  why: 'A snapshot is the whole store, and its copy elsewhere is out of reach of erasure and of access control.',
  fix: 'Name allowed Regions alone as targets of copies and sources of databases, and remove `ShareRules`.',
  serves: [SOURCES.transfers, SOURCES.foreignStates],
  types: [
    ...(['AWS::DLM::LifecyclePolicy', 'AWS::RDS::DBInstance', 'AWS::RDS::DBCluster'] as const),
    ...(['AWS::Redshift::Cluster', 'Custom::AWS'] as const),
  ],
  check: (resource, facts) => {
    const { type, properties } = resource;
    if (type === 'AWS::DLM::LifecyclePolicy') return ofLifecycle(resource, facts);
    if (type === 'Custom::AWS') {
      const calls = ['Create', 'Update', 'Delete'].map((name) => textWithin(properties[name])).join(' ');
      return SHARING.test(calls) ? ['copies or shares snapshots by a call of its own'] : [];
    }
    if (type === 'AWS::Redshift::Cluster') return copiesTo(regionsNamed(properties.DestinationRegion, resource), facts);
    return ofDatabase(resource, facts);
  },
};

function copiesTo(regions: readonly string[], facts: Facts, absent?: string): readonly string[] {
  return strays(regions, facts, absent).map((region) => `copies snapshots to ${region}`);
}

function ofLifecycle(resource: TemplateResource, facts: Facts): readonly string[] {
  const { properties } = resource;
  const unclear = `copies snapshots to ${UNKNOWN_REGION}`;
  const named = (name: 'TargetRegion' | 'Target') => (copy: Value) => {
    const value = at(copy, name) ?? at(copy, 'TargetRegion');
    // An Outpost is named by its ARN.
    const isArn = reach(value).some((one) => typeof one === 'string' && one.startsWith('arn:'));
    return copiesTo((isArn ? regionsOf : regionsNamed)(value, resource), facts, UNKNOWN_REGION);
  };
  return [
    ...inEach(properties.CrossRegionCopyTargets, [], unclear, named('TargetRegion')),
    ...inEach(properties.PolicyDetails, ['CrossRegionCopyTargets'], unclear, named('TargetRegion')),
    ...inEach(properties.PolicyDetails, ['Actions'], unclear, (action) =>
      inEach(action, ['CrossRegionCopy'], unclear, named('Target')),
    ),
    ...inEach(properties.PolicyDetails, ['Schedules'], unclear, (schedule) => [
      ...inEach(schedule, ['CrossRegionCopyRules'], unclear, named('Target')),
      ...inEach(schedule, ['ShareRules'], 'shares snapshots', () => ['shares snapshots with other accounts']),
    ]),
  ];
}

function ofDatabase(resource: TemplateResource, facts: Facts): readonly string[] {
  const { properties } = resource;
  const sources = ['SourceDBInstanceIdentifier', 'SourceDBClusterIdentifier', 'ReplicationSourceIdentifier']
    .flatMap((name) => reach(properties[name]))
    // Within a Region, a name alone will do.
    .filter((source) => !isAbsent(source) && !(typeof source === 'string' && !source.startsWith('arn:')));
  return [
    ...copiesTo(regionsNamed(properties.AutomaticBackupReplicationRegion, resource), facts),
    ...strays(
      [...regionsNamed(properties.SourceRegion, resource), ...sources.flatMap((source) => regionsOf(source, resource))],
      facts,
    ).map((region) => `is copied from a database in ${region}`),
  ];
}
