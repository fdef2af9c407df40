import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Message } from '../model';
import type { Outbox } from '../ports';

/**
 * Sends each message to the queue of its type.
 * @throws Error when this function was given no queue of that type
 */
export function sqsOutbox(sqs: SQSClient, queueUrls: Partial<Record<Message['type'], string>>): Outbox {
  return {
    async send(message, delaySeconds) {
      const QueueUrl = queueUrls[message.type];
      if (QueueUrl === undefined) throw new Error(`no queue for messages of type ${message.type}`);
      await sqs.send(
        new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(message), DelaySeconds: delaySeconds }),
      );
    },
  };
}
