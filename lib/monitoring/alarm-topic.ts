import { Aws, Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Rule } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { keyPolicy } from '../keys/key-policy';

/** Services that tell the topic something. */
const PUBLISHERS = ['cloudwatch.amazonaws.com', 'events.amazonaws.com'];

/** Where alarms go, for people to subscribe to. Messages name metrics, findings and runbooks, nothing of a tenant. */
export class AlarmTopic extends Construct {
  /** For whoever subscribes. */
  readonly arn: string;
  private readonly topic: Topic;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const key = new Key(this, 'Key', {
      description: 'DigiCRM: what alarms tell people',
      enableKeyRotation: true,
      pendingWindow: Duration.days(30),
      removalPolicy: RemovalPolicy.RETAIN,
      policy: keyPolicy(...PUBLISHERS.map(mayEncrypt)),
    });
    this.topic = new Topic(this, 'Topic', {
      displayName: 'DigiCRM compliance alarms',
      masterKey: key,
      enforceSSL: true,
    });
    this.arn = this.topic.topicArn;
    this.letPublish('AlarmsOfThisAccountPublish', 'cloudwatch.amazonaws.com', {
      StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
      ArnLike: { 'aws:SourceArn': `arn:${Aws.PARTITION}:cloudwatch:${Aws.REGION}:${Aws.ACCOUNT_ID}:alarm:*` },
    });
  }

  /** Publishes when an alarm goes off, and when it is over. */
  tellOf(...alarms: Alarm[]): void {
    const action = new SnsAction(this.topic);
    for (const alarm of alarms) {
      alarm.addAlarmAction(action);
      alarm.addOkAction(action);
    }
  }

  /** Publishes a text for each event of the rule. Not by way of the CDK's own target, which would let rules of every account publish. */
  tellOfEvents(rule: Rule, text: string, paths: Record<string, string>): void {
    const inputTemplate = JSON.stringify(text);
    rule.addTarget({
      bind: () => ({ arn: this.arn, input: { bind: () => ({ inputTemplate, inputPathsMap: paths }) } }),
    });
    this.letPublish(`${rule.node.id}Publishes`, 'events.amazonaws.com', {
      StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
      ArnEquals: { 'aws:SourceArn': rule.ruleArn },
    });
  }

  private letPublish(sid: string, service: string, conditions: Record<string, Record<string, string>>): void {
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        sid,
        principals: [new ServicePrincipal(service)],
        actions: ['sns:Publish'],
        resources: [this.arn],
        conditions,
      }),
    );
  }
}

/** A service of AWS can encrypt its message for the topic, on behalf of this account alone. */
function mayEncrypt(service: string): PolicyStatement {
  return new PolicyStatement({
    principals: [new ServicePrincipal(service)],
    actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
    resources: ['*'],
    conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
  });
}
