import type { Facts } from '../../facts';
import type { Rule } from '../../rule';
import { at, isObject, numberOf, type Properties, possible, type TemplateResource, type Value } from '../../template';
import { ERASURE, PROMISE } from './sources';
import { isWithin, maySay } from './values';

/** Days of the units that Data Lifecycle Manager has, at their longest. */
const UNITS: Readonly<Record<string, number>> = { DAYS: 1, WEEKS: 7, MONTHS: 31, YEARS: 366 };

type Judge = (properties: Properties, most: number) => boolean;

/** Whether backups of each type lapse in time. */
const LAPSE: Readonly<Record<string, Judge>> = {
  'AWS::Backup::BackupPlan': ({ BackupPlan }, most) =>
    all(at(BackupPlan, 'BackupPlanRule'), (rule) => planRuleLapses(rule, most)),
  'AWS::RDS::DBInstance': databaseLapses,
  'AWS::RDS::DBCluster': databaseLapses,
  'AWS::DocDB::DBCluster': databaseLapses,
  'AWS::Neptune::DBCluster': databaseLapses,
  'AWS::Redshift::Cluster': ({ AutomatedSnapshotRetentionPeriod: days, ManualSnapshotRetentionPeriod: manual }, most) =>
    mayBe(days, 0, most) && mayBe(manual, 1, most),
  'AWS::ElastiCache::ReplicationGroup': ({ SnapshotRetentionLimit: days }, most) => mayBe(days, 0, most),
  'AWS::ElastiCache::CacheCluster': ({ SnapshotRetentionLimit: days }, most) => mayBe(days, 0, most),
  'AWS::ElastiCache::ServerlessCache': ({ SnapshotRetentionLimit: days }, most) => mayBe(days, 0, most),
  'AWS::MemoryDB::Cluster': ({ SnapshotRetentionLimit: days }, most) => mayBe(days, 0, most),
  'AWS::DLM::LifecyclePolicy': snapshotsLapse,
};

/** A backup cannot be edited: its end is the erasure of what was erased elsewhere. */
export const backupsLapse: Rule = {
  id: 'BackupsLapse',
  area: 'recovery',
  severity: 'error',
  title: 'Backups lapse within the days that the policy allows.',
  why: 'A backup cannot be edited, so that what was erased lives on in it until it lapses; one without an end never does.',
  fix: 'Set `Lifecycle.DeleteAfterDays` in each rule of the plan and in each copy action, `BackupRetentionPeriod`, `SnapshotRetentionLimit` or `RetainRule` to at most 35 days.',
  serves: [ERASURE, PROMISE],
  types: [
    'AWS::Backup::BackupPlan',
    'AWS::RDS::DBInstance',
    'AWS::RDS::DBCluster',
    'AWS::DocDB::DBCluster',
    'AWS::Neptune::DBCluster',
    'AWS::Redshift::Cluster',
    'AWS::ElastiCache::ReplicationGroup',
    'AWS::ElastiCache::CacheCluster',
    'AWS::ElastiCache::ServerlessCache',
    'AWS::MemoryDB::Cluster',
    'AWS::DLM::LifecyclePolicy',
  ],
  check: ({ type, properties }: TemplateResource, { longestBackupDays }: Facts) =>
    LAPSE[type]?.(properties, longestBackupDays) ? 'compliant' : 'broken',
};

function planRuleLapses(rule: Value, most: number): boolean {
  const lapses = (of: Value) => isWithin(at(of, 'Lifecycle', 'DeleteAfterDays'), 1, most);
  const copies = at(rule, 'CopyActions');
  return lapses(rule) && (!maySay(copies) || all(copies, lapses));
}

function databaseLapses({ BackupRetentionPeriod: days }: Properties, most: number): boolean {
  return mayBe(days, 0, most);
}

function snapshotsLapse({ PolicyDetails: details, RetainInterval: byDefault }: Properties, most: number): boolean {
  const schedules = at(details, 'Schedules');
  // A default policy has no schedules; it keeps snapshots for a week unless it says otherwise.
  if (schedules === undefined) return mayBe(at(details, 'RetainInterval') ?? byDefault, 1, most);
  return all(schedules, (schedule) => {
    const copies = at(schedule, 'CrossRegionCopyRules');
    return (
      retained(at(schedule, 'RetainRule'), at(schedule, 'CreateRule')) <= most &&
      (!maySay(copies) || all(copies, (copy) => retained(at(copy, 'RetainRule'), undefined) <= most)) &&
      // An archive comes on top.
      !maySay(at(schedule, 'ArchiveRule'))
    );
  });
}

/** Days for which a snapshot stays; infinite where it cannot be told. */
function retained(rule: Value, creation: Value): number {
  const interval = numberOf(at(rule, 'Interval'));
  if (interval !== undefined) return interval * (UNITS[String(at(rule, 'IntervalUnit'))] ?? Number.POSITIVE_INFINITY);
  const count = numberOf(at(rule, 'Count'));
  const hours = numberOf(at(creation, 'Interval'));
  if (count === undefined || hours === undefined) return Number.POSITIVE_INFINITY;
  return (count * hours) / 24;
}

/** Whether the number, if there is one, is within the two; what AWS does by default is. */
function mayBe(value: Value, least: number, most: number): boolean {
  return possible(value).every((one) => one === undefined || isWithin(one, least, most));
}

/** Whether it is a list of which every item is so in every case; an empty one makes no backup. */
function all(list: Value, isSo: (item: Value) => boolean): boolean {
  return possible(list).every(
    (one) =>
      Array.isArray(one) && one.flatMap(possible).every((item) => item === undefined || (isObject(item) && isSo(item))),
  );
}
