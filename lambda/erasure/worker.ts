import type { SQSBatchItemFailure, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { describeError, type ProblemLogger } from '../shared/http';
import { ErasureError, StepBusyError } from './errors';
import { type Message, messageSchema, type Reason } from './model';

export interface Worker<M extends Message> {
  readonly type: M['type'];
  readonly logger: ProblemLogger;
  /** Deliveries after which SQS moves a message to the dead-letter queue. */
  readonly maxReceives: number;
  run(message: M): Promise<void>;
  /** The last delivery failed: note it where the request shows it. The message goes to the dead-letter queue. */
  giveUp(message: M, reason: Reason): Promise<void>;
}

/**
 * The one wrapper of queue handlers: a message that fails is delivered again, alone; one that fails
 * for the last time is also noted on its request. Logs ids and error names, never a message's text.
 */
export function worker<M extends Message>(w: Worker<M>): (event: SQSEvent) => Promise<SQSBatchResponse> {
  return async (event) => {
    const batchItemFailures: SQSBatchItemFailure[] = [];
    for (const record of event.Records)
      if (!(await handle(record, w))) batchItemFailures.push({ itemIdentifier: record.messageId });
    return { batchItemFailures };
  };
}

async function handle<M extends Message>(record: SQSRecord, w: Worker<M>): Promise<boolean> {
  const message = parseMessage(record.body, w.type);
  if (message === undefined) {
    w.logger.error('message not understood', { messageId: record.messageId });
    return false;
  }
  const received = Number(record.attributes.ApproximateReceiveCount);
  const context = { ...message, messageId: record.messageId, received };
  try {
    await w.run(message as M);
    w.logger.info('message done', context);
    return true;
  } catch (error) {
    w.logger.error('message failed', { ...context, error: describeError(error) });
    // A busy step is somebody else's work in progress, not a failure of the request.
    if (received >= w.maxReceives && !(error instanceof StepBusyError)) await giveUp(message as M, error, received, w);
    return false;
  }
}

async function giveUp<M extends Message>(message: M, error: unknown, received: number, w: Worker<M>): Promise<void> {
  const code = error instanceof ErasureError ? error.code : 'unexpected-error';
  const what = error instanceof ErasureError ? error.message : error instanceof Error ? error.name : 'unknown error';
  const reason = { code, message: `${message.type} gave up after ${received} tries: ${what}` };
  try {
    await w.giveUp(message, 'storeId' in message ? { ...reason, storeId: message.storeId } : reason);
  } catch (failure) {
    // The sweeper will find the request stalled.
    w.logger.error('giving up failed', {
      type: message.type,
      requestId: message.requestId,
      error: describeError(failure),
    });
  }
}

function parseMessage(body: string, type: Message['type']): Message | undefined {
  try {
    const parsed = messageSchema.safeParse(JSON.parse(body));
    return parsed.success && parsed.data.type === type ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
