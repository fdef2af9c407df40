import { Aws } from 'aws-cdk-lib';
import type { Alarm, IAlarmAction } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { DataKey } from '../keys/data-key';

/** Properties of an AlarmTopic. */
export interface AlarmTopicProps {
  /** Key of the topic; alarms must be allowed to use it. */
  readonly key: DataKey;
}

/** Where alarms go, for people to subscribe to. Messages name metrics and runbooks, nothing of a tenant. */
export class AlarmTopic extends Construct {
  private readonly action: IAlarmAction;

  constructor(scope: Construct, id: string, props: AlarmTopicProps) {
    super(scope, id);
    const topic = new Topic(this, 'Topic', {
      displayName: 'DigiCRM compliance alarms',
      masterKey: props.key.key,
      enforceSSL: true,
    });
    topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsOfThisAccountPublish',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    );
    this.action = new SnsAction(topic);
  }

  /** Publishes when the alarm goes off, and when it is over. */
  tellOf(...alarms: Alarm[]): void {
    for (const alarm of alarms) {
      alarm.addAlarmAction(this.action);
      alarm.addOkAction(this.action);
    }
  }
}
