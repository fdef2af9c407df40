import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { AnnounceMessage } from '../model';
import type { Announcer } from '../ports';

/** Tells the announcer over its queue. */
export function sqsAnnouncer(sqs: SQSClient, QueueUrl: string): Announcer {
  return {
    async announce(requestId) {
      const message: AnnounceMessage = { type: 'announce', requestId };
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(message) }));
    },
  };
}
