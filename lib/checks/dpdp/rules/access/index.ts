import type { Rule } from '../../rule';
import { alarmsTellSomebody } from './alarms-tell-somebody';
import { apiAccessLogged } from './api-access-logged';
import { apiBehindWebAcl } from './api-behind-web-acl';
import { apiMethodsAuthorized } from './api-methods-authorized';
import { apiThrottled } from './api-throttled';
import { apiValidatesRequests } from './api-validates-requests';
import { databasesLogged } from './databases-logged';
import { databasesNotPublic } from './databases-not-public';
import { dnsQueriesLogged } from './dns-queries-logged';
import { flowLogsOn } from './flow-logs-on';
import { functionsHaveABoundary } from './functions-have-a-boundary';
import { functionsNotPublic } from './functions-not-public';
import { functionsReportFailures } from './functions-report-failures';
import { keyDeletionAlarmed } from './key-deletion-alarmed';
import { noAdministrators } from './no-administrators';
import { noWildcardDataActions } from './no-wildcard-data-actions';
import { noWildcardDataResources } from './no-wildcard-data-resources';
import { queuePolicyNotPublic } from './queue-policy-not-public';
import { queuesHaveDeadLetters } from './queues-have-dead-letters';
import { rolesTrustNamedPrincipals } from './roles-trust-named-principals';
import { s3AccessLogged } from './s3-access-logged';
import { s3BlocksPublicAccess } from './s3-blocks-public-access';
import { s3PolicyNotPublic } from './s3-policy-not-public';
import { searchNotPublic } from './search-not-public';
import { securityGroupsNotOpen } from './security-groups-not-open';
import { subnetsGiveNoPublicAddress } from './subnets-give-no-public-address';
import { topicPolicyNotPublic } from './topic-policy-not-public';
import { trailValidatesDigests } from './trail-validates-digests';
import { trailWatchesData } from './trail-watches-data';
import { webAclLogged } from './web-acl-logged';

export const ACCESS_RULES: readonly Rule[] = [
  noWildcardDataActions,
  noWildcardDataResources,
  noAdministrators,
  rolesTrustNamedPrincipals,
  functionsHaveABoundary,
  s3BlocksPublicAccess,
  s3PolicyNotPublic,
  queuePolicyNotPublic,
  topicPolicyNotPublic,
  functionsNotPublic,
  databasesNotPublic,
  securityGroupsNotOpen,
  searchNotPublic,
  subnetsGiveNoPublicAddress,
  apiMethodsAuthorized,
  apiBehindWebAcl,
  apiValidatesRequests,
  apiThrottled,
  apiAccessLogged,
  flowLogsOn,
  trailValidatesDigests,
  webAclLogged,
  s3AccessLogged,
  trailWatchesData,
  databasesLogged,
  dnsQueriesLogged,
  alarmsTellSomebody,
  queuesHaveDeadLetters,
  functionsReportFailures,
  keyDeletionAlarmed,
];
