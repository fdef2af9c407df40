import type { SQSBatchItemFailure, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { describeError, type ProblemLogger } from '../shared/http';
import { ErasureError, StepBusyError } from './errors';
import { type Message, messageSchema, type Reason } from './model';
import type { Outbox } from './ports';

export interface Worker<M extends Message> {
  readonly type: M['type'];
  readonly logger: ProblemLogger;
  /** Deliveries after which SQS moves a message to the dead-letter queue. */
  readonly maxReceives: number;
  run(message: M): Promise<void>;
  /** Tells the recorder, so that the request shows what went to the dead-letter queue. */
  readonly outbox: Outbox;
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
    if (received >= w.maxReceives && isReportable(message, error)) await report(message, error, received, w);
    return false;
  }
}

/**
 * A busy step is somebody else's work in progress, not a failure of the request. A report that fails
 * itself is not reported: it would go round for ever.
 */
function isReportable(message: Message, error: unknown): boolean {
  return !(error instanceof StepBusyError) && !(message.type === 'advance' && message.failure !== undefined);
}

async function report<M extends Message>(
  message: Message,
  error: unknown,
  received: number,
  w: Worker<M>,
): Promise<void> {
  const failure: Reason = {
    code: error instanceof ErasureError ? error.code : 'unexpected-error',
    message: `${message.type} gave up after ${received} tries: ${inWords(error)}`,
    ...('storeId' in message && { storeId: message.storeId }),
  };
  const { requestId } = message;
  try {
    await w.outbox.send({ type: 'advance', requestId, failure });
  } catch (unsent) {
    // The sweeper will find the request stalled.
    w.logger.error('failure not reported', { requestId, error: describeError(unsent) });
  }
}

/** Our own errors speak of ids and counts; of others only the name is safe to show. */
function inWords(error: unknown): string {
  if (error instanceof ErasureError) return error.message;
  return error instanceof Error ? error.name : 'unknown error';
}

function parseMessage(body: string, type: Message['type']): Message | undefined {
  try {
    const parsed = messageSchema.safeParse(JSON.parse(body));
    return parsed.success && parsed.data.type === type ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
