import { isCustomerKey } from '../../keys';
import { isAbsent, isIntrinsic, reach } from '../../reach';
import type { Rule } from '../../rule';
import { SOURCES } from '../../sources';
import { isObject, type Value } from '../../template';

/** Names that say that the value opens something; one that ends in where it is kept does not hold it. */
const SECRET =
  /(^|_)(SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIALS?|API_?KEY|PRIVATE_?KEY|(ACCESS|AUTH|BEARER|REFRESH)_?TOKEN|CONNECTION_?STRING)(_|$)/;
const WHERE = /_(ARN|ID|NAME|URL|ALIAS|PATH|PARAMETER)$/;

/**
 * Every function has an environment, and nearly every one holds names of tables and numbers alone: a key would withhold
 * nothing there, at the price of a permission to decrypt for each role. So the rule looks at variables by their names.
 */
export const lambdaEnvironmentUsesCustomerKey: Rule = {
  id: 'LambdaEnvironmentUsesCustomerKey',
  area: 'encryption',
  severity: 'error',
  title: 'Environments of functions that hold secrets or personal data are under a customer-managed key.',
  why: 'Whoever may list functions reads their variables, unless a key of yours stands before them.',
  fix: 'Keep the value in a secret and name that in the variable, or set `KmsKeyArn` to a key of yours.',
  serves: [SOURCES.encryption, SOURCES.access],
  types: ['AWS::Lambda::Function'],
  check: (resource, facts) => {
    const { Environment, KmsKeyArn } = resource.properties;
    const variables = reach(Environment, 'Variables').filter((one) => !isAbsent(one));
    if (variables.length === 0) return 'not-applicable';
    const isDelicate = variables.some((one) => !isObject(one) || isIntrinsic(one) || holds(one, facts.personalWords));
    return !isDelicate || isCustomerKey(KmsKeyArn, resource) ? 'compliant' : 'broken';
  },
};

function holds(variables: Readonly<Record<string, Value>>, personal: readonly string[]): boolean {
  return Object.entries(variables).some(([name, value]) => {
    const upper = name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase();
    if (WHERE.test(upper)) return false;
    const isPersonal = upper.split('_').some((word) => personal.includes(word.toLowerCase()));
    return SECRET.test(upper) ? !isAbsent(value) : isPersonal && typeof value === 'string';
  });
}
