import { randomUUID } from 'node:crypto';
import {
  DeleteRuleCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';
import { clientConfig } from '../../../bin/local/aws';
import type { CloudOutputs } from '../../../bin/local/outputs';
import { NOTICE_DETAIL_TYPE, type NoticeEvent } from '../../../lambda/termination/events';
import { awsClients } from './clients';

/** A queue behind a rule on the event bus: what the CRM would hear. */
export interface Listener {
  readonly rule: string;
  readonly queueUrl: string;
  /** The next warning to the tenant; undefined when none comes within 30 seconds. */
  next(tenantId: string): Promise<NoticeEvent | undefined>;
}

const TARGET = 'crm';

/** Subscribes to warnings as the CRM would. */
export async function listenToNotices(cloud: CloudOutputs): Promise<Listener> {
  const { sqs } = awsClients(cloud);
  const events = new EventBridgeClient(clientConfig(cloud));
  const rule = `test-${randomUUID()}`;
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: rule }));
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
  const bus = { EventBusName: cloud.eventBus ?? '' };
  const pattern = JSON.stringify({ 'detail-type': [NOTICE_DETAIL_TYPE] });
  await events.send(new PutRuleCommand({ Name: rule, EventPattern: pattern, ...bus }));
  await events.send(
    new PutTargetsCommand({ Rule: rule, Targets: [{ Id: TARGET, Arn: Attributes?.QueueArn ?? '' }], ...bus }),
  );
  return { rule, queueUrl: QueueUrl, next: (tenantId) => nextNotice(cloud, QueueUrl, tenantId) };
}

/** Ends the subscription. */
export async function stopListening(cloud: CloudOutputs, { rule, queueUrl }: Listener): Promise<void> {
  const events = new EventBridgeClient(clientConfig(cloud));
  const bus = { EventBusName: cloud.eventBus ?? '' };
  await events.send(new RemoveTargetsCommand({ Rule: rule, Ids: [TARGET], ...bus }));
  await events.send(new DeleteRuleCommand({ Name: rule, ...bus }));
  await awsClients(cloud).sqs.send(new DeleteQueueCommand({ QueueUrl: queueUrl }));
}

async function nextNotice(cloud: CloudOutputs, QueueUrl: string, tenantId: string): Promise<NoticeEvent | undefined> {
  const { sqs } = awsClients(cloud);
  for (let n = 0; n < 30; n++) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 1, WaitTimeSeconds: 1 }),
    );
    for (const { Body = '{}', ReceiptHandle } of Messages) {
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      const { detail } = JSON.parse(Body) as { detail: NoticeEvent };
      if (detail.tenantId === tenantId) return detail;
    }
  }
  return undefined;
}
