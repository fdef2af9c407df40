import type { Rule } from '../../rule';
import { isTrue, possible, type TemplateResource } from '../../template';
import { LOSS, SAFEGUARDS } from './sources';
import { mayBePersonal, STORE_TYPES } from './stores';

/** Property that refuses a deletion by mistake, and its value, of the types that have one. */
const PROTECTION: Readonly<Record<string, string>> = {
  'AWS::DynamoDB::Table': 'DeletionProtectionEnabled',
  'AWS::RDS::DBInstance': 'DeletionProtection',
  'AWS::RDS::DBCluster': 'DeletionProtection',
  'AWS::DSQL::Cluster': 'DeletionProtectionEnabled',
  'AWS::DocDB::DBCluster': 'DeletionProtection',
  'AWS::Neptune::DBCluster': 'DeletionProtection',
  'AWS::NeptuneGraph::Graph': 'DeletionProtection',
  'AWS::Cognito::UserPool': 'DeletionProtection',
};

/** Policies that keep the data; a snapshot is one as well. */
const KEEPS = ['Retain', 'RetainExceptOnCreate', 'Snapshot'];

/** An operator's mistake with a stack must not be a loss of data. */
export const storesAreRetained: Rule = {
  id: 'StoresAreRetained',
  area: 'recovery',
  severity: 'error',
  title: 'Stores of personal data outlive their stack, and refuse to be deleted by mistake.',
  why: 'A stack that is deleted, or a property that replaces a resource, takes the data along, which the law counts as a breach.',
  fix: 'Set `DeletionPolicy` and `UpdateReplacePolicy` to Retain, and where the type has it `DeletionProtectionEnabled` or `DeletionProtection`.',
  serves: [LOSS, SAFEGUARDS],
  types: STORE_TYPES,
  check: (store, facts) => {
    if (!mayBePersonal(store, facts)) return 'not-applicable';
    const problems: string[] = [];
    if (!KEEPS.includes(store.deletionPolicy ?? '')) problems.push('DeletionPolicy');
    if (!KEEPS.includes(store.updateReplacePolicy ?? '')) problems.push('UpdateReplacePolicy');
    const name = protectionOf(store);
    if (name !== undefined && !isProtected(store.properties[name])) problems.push(name);
    return problems;
  },
};

/** The instance of a cluster has no data of its own. */
function protectionOf({ type, properties }: TemplateResource): string | undefined {
  if (type === 'AWS::RDS::DBInstance' && properties.DBClusterIdentifier !== undefined) return undefined;
  return PROTECTION[type];
}

function isProtected(value: unknown): boolean {
  return isTrue(value) || possible(value).every((one) => one === 'ACTIVE');
}
