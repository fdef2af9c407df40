import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { TerminationNotifier } from '../../erasure/ports';
import { type Clock, instant } from '../../shared/clock';
import type { StoreAsk } from '../model';
import type { TerminationOutbox } from '../ports';

export interface QueueUrls {
  readonly tick: string;
  /** Only the keeper asks stores. */
  readonly stores?: Readonly<Record<StoreAsk['type'], string>>;
}

/** Sends ticks to the keeper, and asks to the workers that hide and reveal. */
export function sqsTerminationOutbox(sqs: SQSClient, urls: QueueUrls): TerminationOutbox {
  const send = async (QueueUrl: string, message: object, DelaySeconds?: number) => {
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(message), DelaySeconds }));
  };
  return {
    tick: (tick, delaySeconds) => send(urls.tick, tick, delaySeconds),
    async ask(ask) {
      if (urls.stores === undefined) throw new Error('this function asks no stores');
      await send(urls.stores[ask.type], ask);
    },
  };
}

/** Wakes the keeper when a request that a termination made has come to rest; other requests are none of its business. */
export function terminationNotifier(outbox: Pick<TerminationOutbox, 'tick'>, clock: Clock): TerminationNotifier {
  return {
    async changed({ tenantId, termination }) {
      if (termination === undefined) return;
      const { terminationId } = termination;
      await outbox.tick({ type: 'tick', tenantId, terminationId, observedAt: instant(clock.now()) });
    },
  };
}
