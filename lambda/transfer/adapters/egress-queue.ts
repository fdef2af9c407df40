import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { EgressQueue } from '../ports';

/**
 * The queue of the egress. Messages of one processor are a group of a fair queue: SQS gives those of others first
 * while one has many under way.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html
 */
export function sqsEgressQueue(sqs: SQSClient, QueueUrl: string): EgressQueue {
  return {
    async send(message, DelaySeconds) {
      const MessageGroupId = message.processorId;
      await sqs.send(
        new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(message), DelaySeconds, MessageGroupId }),
      );
    },
  };
}
