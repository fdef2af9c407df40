import type { Rule } from '../../rule';
import { possible } from '../../template';
import { CONTINUITY, LOSS } from './sources';
import { mayBePersonal } from './stores';
import { isWithin } from './values';

/** A database that makes no backups loses what it loses. */
export const databasesRecoverable: Rule = {
  id: 'DatabasesRecoverable',
  area: 'recovery',
  severity: 'error',
  title: 'Databases of personal data make backups of themselves.',
  why: 'A loss of personal data is a breach as much as a leak, and a period of 0 switches the backups off.',
  fix: 'Set `BackupRetentionPeriod` to 1 day or more, for Redshift `AutomatedSnapshotRetentionPeriod`.',
  serves: [CONTINUITY, LOSS],
  types: [
    'AWS::RDS::DBInstance',
    'AWS::RDS::DBCluster',
    'AWS::DocDB::DBCluster',
    'AWS::Neptune::DBCluster',
    'AWS::Redshift::Cluster',
  ],
  check: (database, facts) => {
    const { properties, type } = database;
    // Its cluster makes the backups.
    if (type === 'AWS::RDS::DBInstance' && properties.DBClusterIdentifier !== undefined) return 'not-applicable';
    if (!mayBePersonal(database, facts)) return 'not-applicable';
    const days = properties.BackupRetentionPeriod ?? properties.AutomatedSnapshotRetentionPeriod;
    // By default each of them keeps backups for a day.
    return possible(days).every((one) => one === undefined || isWithin(one, 1, Number.MAX_SAFE_INTEGER))
      ? 'compliant'
      : 'broken';
  },
};
