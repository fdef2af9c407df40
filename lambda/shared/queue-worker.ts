import type { SQSBatchItemFailure, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type * as z from 'zod';
import { describeError, type ProblemLogger } from './http';

export interface QueueWorker<S extends z.ZodType<object>> {
  /** Shape of a message. It holds ids, instants and codes only, because what was understood is logged. */
  readonly schema: S;
  readonly logger: ProblemLogger;
  /** Works on one message; must bear being called again with the same one. What it throws has the message delivered again. */
  run(message: z.output<S>): Promise<void>;
}

/**
 * Wrapper of queue handlers. Each message of a batch is parsed and worked on by itself; those that fail,
 * and those that are not understood, are delivered again alone and end in the dead-letter queue. Logs the
 * message's fields and the names of errors, never a text that was not understood.
 */
export function queueWorker<S extends z.ZodType<object>>(
  worker: QueueWorker<S>,
): (event: SQSEvent) => Promise<SQSBatchResponse> {
  return async (event) => {
    const batchItemFailures: SQSBatchItemFailure[] = [];
    for (const record of event.Records)
      if (!(await handle(record, worker))) batchItemFailures.push({ itemIdentifier: record.messageId });
    return { batchItemFailures };
  };
}

async function handle<S extends z.ZodType<object>>(record: SQSRecord, worker: QueueWorker<S>): Promise<boolean> {
  const { messageId } = record;
  const message = worker.schema.safeParse(parseJson(record.body));
  if (!message.success) {
    worker.logger.error('message not understood', { messageId });
    return false;
  }
  const context = { ...message.data, messageId, received: Number(record.attributes.ApproximateReceiveCount) };
  try {
    await worker.run(message.data);
    worker.logger.info('message done', context);
    return true;
  } catch (error) {
    worker.logger.error('message failed', { ...context, error: describeError(error) });
    return false;
  }
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
