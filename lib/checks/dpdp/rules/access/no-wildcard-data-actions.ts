import { GRANTING, granted } from '../../granted';
import { actions, UNKNOWN } from '../../policy-documents';
import { once } from '../../reach';
import type { Rule } from '../../rule';
import { SOURCES } from '../../sources';
import { isOfData } from './data-services';

/** What AWS's own key policies write: each is one action in variants, or reads no data. */
const HARMLESS =
  /^(kms:(generatedatakey|reencrypt|describe|list)\*|(dynamodb|sqs|secretsmanager|kinesis):describe\*)$/i;

export const noWildcardDataActions: Rule = {
  id: 'NoWildcardDataActions',
  area: 'access',
  severity: 'error',
  title: 'Policies name the actions on stores and keys, without wildcards.',
  why: 'A wildcard also allows what nobody thought of, such as to delete, to copy abroad or to change a policy.',
  fix: 'Replace the wildcard in `Action` by the actions that the code calls.',
  serves: [SOURCES.access, SOURCES.safeguards],
  types: GRANTING,
  check(resource) {
    const statements = granted(resource);
    if (statements.length === 0) return 'not-applicable';
    const allowed = statements.flatMap((statement) => actions(statement, resource));
    return once(allowed.filter(isTooWide).map((action) => `Action::${action}`));
  },
};

function isTooWide(action: string): boolean {
  if (action === 'NotAction' || action.includes('<') || action === UNKNOWN) return true;
  return /[*?]/.test(action) && isOfData(action) && !HARMLESS.test(action);
}
