import { Rule } from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import type { Register } from '../../policies/schema';
import type { AlarmTopic } from './alarm-topic';

/** Properties of ThreatNotices. */
export interface ThreatNoticesProps {
  /** Told of each finding. */
  readonly topic: AlarmTopic;
  /** From which severity on a person should look. */
  readonly severity: Register['monitoring']['findings'];
}

/** Tells of grave findings of GuardDuty as they come: a finding is no metric, so it has no alarm. Names no address and no user. */
export class ThreatNotices extends Construct {
  constructor(scope: Construct, id: string, { topic, severity }: ThreatNoticesProps) {
    super(scope, id);
    const rule = new Rule(this, 'ThreatFound', {
      description: 'Grave findings of GuardDuty. What to do: docs/runbooks/account.md#threat-found',
      eventPattern: {
        source: ['aws.guardduty'],
        detailType: ['GuardDuty Finding'],
        detail: { severity: [{ numeric: ['>=', severity.from] }] },
      },
    });
    topic.tellOfEvents(
      rule,
      'GuardDuty finding <type>, severity <severity>, in <region>: <id>. What to do: docs/runbooks/account.md#threat-found',
      { type: '$.detail.type', severity: '$.detail.severity', region: '$.detail.region', id: '$.detail.id' },
    );
  }
}
