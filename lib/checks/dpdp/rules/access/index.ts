import type { Rule } from '../../rule';
import { alarmsTellSomebody } from './alarms-tell-somebody';
import { apiAccessLogged } from './api-access-logged';
import { flowLogsOn } from './flow-logs-on';
import { functionsHaveABoundary } from './functions-have-a-boundary';
import { noAdministrators } from './no-administrators';
import { noWildcardDataActions } from './no-wildcard-data-actions';
import { noWildcardDataResources } from './no-wildcard-data-resources';
import { rolesTrustNamedPrincipals } from './roles-trust-named-principals';
import { trailValidatesDigests } from './trail-validates-digests';
import { webAclLogged } from './web-acl-logged';

export const ACCESS_RULES: readonly Rule[] = [
  noWildcardDataActions,
  noWildcardDataResources,
  noAdministrators,
  rolesTrustNamedPrincipals,
  functionsHaveABoundary,
  apiAccessLogged,
  flowLogsOn,
  trailValidatesDigests,
  webAclLogged,
  alarmsTellSomebody,
];
