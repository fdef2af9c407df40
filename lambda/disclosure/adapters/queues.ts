import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { EgressMessage } from '../../transfer/model';
import type { AnnounceMessage } from '../model';
import type { Announcer, NotifyQueue } from '../ports';

/** Tells the announcer over its queue. */
export function sqsAnnouncer(sqs: SQSClient, QueueUrl: string): Announcer {
  return {
    async announce(requestId) {
      const message: AnnounceMessage = { type: 'announce', requestId };
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(message) }));
    },
  };
}

/** Asks the function that has a way out to speak to a processor. */
export function notifyQueue(sqs: SQSClient, QueueUrl: string): NotifyQueue {
  return {
    async notify({ requestId, processorId }, DelaySeconds) {
      const message: EgressMessage = { type: 'notify', requestId, processorId };
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(message), DelaySeconds }));
    },
  };
}
