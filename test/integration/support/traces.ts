import { readFileSync } from 'node:fs';
import { paginateDescribeLogGroups, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import {
  ChangeMessageVisibilityCommand,
  type Message,
  paginateListQueues,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';
import type { CloudOutputs } from '../../../bin/local/outputs';
import { awsClients } from './clients';

/** Where personal data could leak to: logs, queues and what the emulator prints. */

/** Every log line of every function and of the API. */
export async function allLogs(cloud: CloudOutputs): Promise<string[]> {
  const { logs } = awsClients(cloud);
  const lines: string[] = [];
  for await (const groups of paginateDescribeLogGroups({ client: logs }, {}))
    for (const { logGroupName } of groups.logGroups ?? [])
      for await (const page of paginateFilterLogEvents({ client: logs }, { logGroupName }))
        lines.push(...(page.events ?? []).map(({ message = '' }) => message));
  return lines;
}

/** URLs of all queues, dead-letter queues included. */
export async function allQueues(cloud: CloudOutputs): Promise<string[]> {
  const { sqs } = awsClients(cloud);
  const urls: string[] = [];
  for await (const page of paginateListQueues({ client: sqs }, {})) urls.push(...(page.QueueUrls ?? []));
  return urls;
}

/**
 * Bodies of the messages that wait in a queue now. They stay there and are visible again when this is done;
 * each look counts as a delivery, so do not look again and again at a queue that has dead letters.
 */
export async function peek(cloud: CloudOutputs, queueUrl: string): Promise<string[]> {
  const { sqs } = awsClients(cloud);
  const seen: Message[] = [];
  for (;;) {
    // Hidden for the moment: otherwise the first ten would come again and again.
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 30 }),
    );
    if (Messages.length === 0) break;
    seen.push(...Messages);
  }
  for (const { ReceiptHandle } of seen)
    await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl: queueUrl, ReceiptHandle, VisibilityTimeout: 0 }));
  return seen.map(({ Body = '' }) => Body);
}

/** What the emulator has printed so far; empty for an engine that the user runs. */
export function emulatorLog(cloud: CloudOutputs): string {
  return cloud.logFile === null ? '' : readFileSync(cloud.logFile, 'utf8');
}
