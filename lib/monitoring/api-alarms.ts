import { Construct } from 'constructs';
import type { Register } from '../../policies/schema';
import { RunbookAlarm } from './runbook-alarm';
import type { WatchedControlPlane } from './watched';

/** Properties of ApiAlarms. */
export interface ApiAlarmsProps extends Pick<WatchedControlPlane, 'api'> {
  /** From which numbers on a person should look. */
  readonly thresholds: Register['monitoring']['thresholds'];
}

/** What a person should look at in front of the API and behind it. */
export class ApiAlarms extends Construct {
  constructor(scope: Construct, id: string, { api, thresholds }: ApiAlarmsProps) {
    super(scope, id);
    new RunbookAlarm(this, 'ServerErrors', {
      meaning: 'The API answers calls with 5xx.',
      runbook: 'docs/runbooks/api.md#server-errors',
      metric: api.serverErrors(),
      threshold: thresholds.serverErrors.inFiveMinutes,
    });
    if (api.webAcl)
      new RunbookAlarm(this, 'WebAclBlocks', {
        meaning: 'The web ACL turns away far more calls than it should ever have to.',
        runbook: 'docs/runbooks/api.md#web-acl-blocks',
        metric: api.webAcl.blocked(),
        threshold: thresholds.webAclBlocks.inFiveMinutes,
      });
  }
}
