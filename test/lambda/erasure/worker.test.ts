import type { SQSEvent } from 'aws-lambda';
import { StepBusyError, StoreFaultError } from '../../../lambda/erasure/errors';
import type { Message } from '../../../lambda/erasure/model';
import { worker } from '../../../lambda/erasure/worker';

type Plan = { type: 'plan'; requestId: string };

function event(body: string, received = 1): SQSEvent {
  return {
    Records: [{ messageId: 'm1', body, attributes: { ApproximateReceiveCount: String(received) } }],
  } as unknown as SQSEvent;
}

function planWorker(run: (message: Plan) => Promise<void>) {
  const sent: Message[] = [];
  const lines: unknown[] = [];
  const log = (message: string, fields: Record<string, unknown>) => void lines.push([message, fields]);
  const handler = worker<Plan>({
    type: 'plan',
    logger: { info: log, error: log },
    maxReceives: 5,
    run,
    outbox: {
      send: (message) => {
        sent.push(message);
        return Promise.resolve();
      },
    },
  });
  return { handler, sent, lines };
}

const message = JSON.stringify({ type: 'plan', requestId: 'er-1' });
const failed = { batchItemFailures: [{ itemIdentifier: 'm1' }] };

describe('the queue worker', () => {
  it('acknowledges what it did', async () => {
    const { handler } = planWorker(() => Promise.resolve());
    expect(await handler(event(message))).toEqual({ batchItemFailures: [] });
  });

  it('returns what failed to the queue, and does not give up before the last delivery', async () => {
    const { handler, sent } = planWorker(() => Promise.reject(new StoreFaultError('exports')));
    expect(await handler(event(message, 4))).toEqual(failed);
    expect(sent).toEqual([]);
  });

  it('reports the last failure to the recorder and lets the message go to the dead-letter queue', async () => {
    const { handler, sent } = planWorker(() => Promise.reject(new StoreFaultError('exports')));
    expect(await handler(event(message, 5))).toEqual(failed);
    expect(sent).toEqual([
      {
        type: 'advance',
        requestId: 'er-1',
        failure: {
          code: 'store-fault',
          message: 'plan gave up after 5 tries: store exports did not answer as it should',
        },
      },
    ]);
  });

  it('never gives up on a step that another worker holds', async () => {
    const { handler, sent } = planWorker(() => Promise.reject(new StepBusyError('exports', 0)));
    expect(await handler(event(message, 9))).toEqual(failed);
    expect(sent).toEqual([]);
  });

  it('does not report that a report failed, which would go round for ever', async () => {
    const sent: Message[] = [];
    const handler = worker<Extract<Message, { type: 'advance' }>>({
      type: 'advance',
      logger: { info: () => undefined, error: () => undefined },
      maxReceives: 5,
      run: () => Promise.reject(new StoreFaultError('exports')),
      outbox: { send: async (message) => void sent.push(message) },
    });
    const failure = { code: 'store-fault', message: 'gave up' };
    expect(await handler(event(JSON.stringify({ type: 'advance', requestId: 'er-1', failure }), 5))).toEqual(failed);
    expect(sent).toEqual([]);
    await handler(event(JSON.stringify({ type: 'advance', requestId: 'er-1' }), 5));
    expect(sent).toHaveLength(1);
  });

  it.each(['not json', '{}', JSON.stringify({ type: 'erase', requestId: 'er-1' }), '{"type":"plan","extra":1}'])(
    'fails a message it does not understand: %s',
    async (body) => {
      const { handler } = planWorker(() => Promise.resolve());
      expect(await handler(event(body))).toEqual(failed);
    },
  );

  it('logs neither a message’s text nor an error’s', async () => {
    const secret = 'Priya Sharma';
    const { handler, sent, lines } = planWorker(() => Promise.reject(new Error(secret)));
    await handler(event(message, 5));
    await handler(event(`{"type":"plan","requestId":"er-1","name":"${secret}"}`));
    expect(JSON.stringify([sent, lines])).not.toContain('Priya');
  });
});
