import type { Rule } from '../../rule';
import { alarmsTellSomebody } from './alarms-tell-somebody';
import { apiAccessLogged } from './api-access-logged';
import { flowLogsOn } from './flow-logs-on';
import { trailValidatesDigests } from './trail-validates-digests';
import { webAclLogged } from './web-acl-logged';

export const ACCESS_RULES: readonly Rule[] = [
  apiAccessLogged,
  flowLogsOn,
  trailValidatesDigests,
  webAclLogged,
  alarmsTellSomebody,
];
