import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { requireEnv } from '../../shared/config';
import { ENV } from '../../shared/names';
import type { LocksOutbox } from '../ports';

/** Sends to the queue that the environment names. */
export function locksOutbox(sqs = new SQSClient({})): LocksOutbox {
  const QueueUrl = requireEnv(ENV.locksQueueUrl);
  return {
    async send(message) {
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(message) }));
    },
  };
}
