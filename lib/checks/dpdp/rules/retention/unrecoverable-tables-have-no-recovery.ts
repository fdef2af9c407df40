import type { Rule } from '../../rule';
import { at, possible, referredBy, type TemplateResource, textWithin, type Value } from '../../template';
import { ERASURE } from './sources';
import { mayBeOfClass, tagValues } from './stores';
import { recoverySwitches, TABLES } from './table-recovery';
import { isOff } from './values';

/** A restored key brings back all that its destruction erased. */
export const unrecoverableTablesHaveNoRecovery: Rule = {
  id: 'UnrecoverableTablesHaveNoRecovery',
  area: 'recovery',
  severity: 'error',
  title: 'Tables of what must not come back can be neither restored nor found in a backup.',
  why: 'Whoever restores a table of destroyed keys brings back all data that was encrypted with them.',
  fix: 'Set `PointInTimeRecoveryEnabled` to false, and take the table out of every `BackupSelection`.',
  serves: [ERASURE],
  types: TABLES,
  check: (table, facts) => {
    if (!mayBeOfClass(table, facts.unrecoverableClasses, facts)) return 'not-applicable';
    const problems: string[] = [];
    if (!recoverySwitches(table).every(isOff)) problems.push('PointInTimeRecovery');
    if (isInABackup(table)) problems.push('BackupSelection');
    return problems;
  },
};

function isInABackup(table: TemplateResource): boolean {
  return table.app.some((template) =>
    template
      .ofType('AWS::Backup::BackupSelection')
      .some(({ properties }) => selects(properties.BackupSelection, table, template === table.template)),
  );
}

function selects(selection: Value, table: TemplateResource, isOwnStack: boolean): boolean {
  const isNamed = (list: Value) => listed(list).some((one) => names(one, table, isOwnStack));
  if (isNamed(at(selection, 'NotResources'))) return false;
  const byTag = [at(selection, 'ListOfTags'), at(selection, 'Conditions', 'StringEquals')].flatMap(listed);
  return isNamed(at(selection, 'Resources')) || byTag.some((condition) => isTagged(condition, table));
}

/** Whether a resource of a selection is the table, or a wildcard that takes it in. */
function names(value: Value, { logicalId, properties }: TemplateResource, isOwnStack: boolean): boolean {
  if (isOwnStack && referredBy(value) === logicalId) return true;
  const text = textWithin(value);
  if (text === '*' || /:dynamodb:.*\*$/.test(text)) return true;
  if (isOwnStack && (text.includes(`<${logicalId}>`) || text.includes(`\${${logicalId}}`))) return true;
  const { TableName: name } = properties;
  return typeof name === 'string' && text.endsWith(`table/${name}`);
}

function isTagged(condition: Value, table: TemplateResource): boolean {
  const key = at(condition, 'ConditionKey');
  if (typeof key !== 'string') return true;
  const values = tagValues(table, key.replace(/^aws:ResourceTag\//, ''));
  return values.includes(String(at(condition, 'ConditionValue')));
}

function listed(value: Value): readonly Value[] {
  return possible(value).flatMap((list) => (Array.isArray(list) ? list.flatMap(possible) : []));
}
