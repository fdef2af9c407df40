import type { Rule } from '../../rule';
import { isTrue } from '../../template';
import { CONTINUITY, LOSS } from './sources';
import { isOfClass, mayBePersonal } from './stores';
import { recoverySwitches, TABLES } from './table-recovery';

/** A wrong deployment must not be a loss of data. */
export const tablesRecoverable: Rule = {
  id: 'TablesRecoverable',
  area: 'recovery',
  severity: 'error',
  title: 'Tables of personal data can be restored to any second.',
  why: 'A loss of personal data is a breach as much as a leak, and nothing else undoes a wrong write.',
  fix: 'Set `PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled` to true, in a global table on each replica.',
  serves: [CONTINUITY, LOSS],
  types: TABLES,
  check: (table, facts) => {
    if (!mayBePersonal(table, facts)) return 'not-applicable';
    // Those of the rule UnrecoverableTablesHaveNoRecovery.
    if (isOfClass(table, facts.unrecoverableClasses, facts)) return 'not-applicable';
    return recoverySwitches(table).every(isTrue) ? 'compliant' : 'broken';
  },
};
