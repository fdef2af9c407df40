import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { RecoveryOutbox, TickOutbox } from '../ports';

/** Sends the rest of a worker's own work back to its queue. */
export function sqsRecoveryOutbox(sqs: SQSClient, QueueUrl: string): RecoveryOutbox {
  return {
    async send(message, DelaySeconds) {
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(message), DelaySeconds }));
    },
  };
}

/** Wakes the termination by way of its queue; where there is none, the sweeper finds what is done. */
export function sqsTicks(sqs: SQSClient, QueueUrl: string | undefined): TickOutbox {
  return {
    async tick(message) {
      if (QueueUrl === undefined) return;
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(message) }));
    },
  };
}
