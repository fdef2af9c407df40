import type { SQSEvent } from 'aws-lambda';
import * as z from 'zod';
import { queueWorker } from '../../../lambda/shared/queue-worker';

const schema = z.strictObject({ type: z.literal('hide'), tenantId: z.string() });
const hide = (tenantId: string) => JSON.stringify({ type: 'hide', tenantId });

function event(...bodies: string[]): SQSEvent {
  return {
    Records: bodies.map((body, i) => ({ messageId: `m${i}`, body, attributes: { ApproximateReceiveCount: '2' } })),
  } as unknown as SQSEvent;
}

function workerThat(run: (message: z.output<typeof schema>) => Promise<void>) {
  const lines: unknown[] = [];
  const log = (message: string, fields: Record<string, unknown>) => void lines.push([message, fields]);
  return { handler: queueWorker({ schema, logger: { info: log, error: log }, run }), lines };
}

describe('the generic queue worker', () => {
  it('runs each message and acknowledges the batch', async () => {
    const run = jest.fn(() => Promise.resolve());
    const { handler } = workerThat(run);
    expect(await handler(event(hide('t-1'), hide('t-2')))).toEqual({ batchItemFailures: [] });
    expect(run.mock.calls).toEqual([[{ type: 'hide', tenantId: 't-1' }], [{ type: 'hide', tenantId: 't-2' }]]);
  });

  it('returns the failed message alone', async () => {
    const { handler } = workerThat(({ tenantId }) =>
      tenantId === 't-1' ? Promise.reject(new Error('no')) : Promise.resolve(),
    );
    expect(await handler(event(hide('t-1'), hide('t-2')))).toEqual({ batchItemFailures: [{ itemIdentifier: 'm0' }] });
  });

  it.each([
    ['no JSON', 'asha@example.in'],
    ['another type', JSON.stringify({ type: 'reveal', tenantId: 't-1' })],
    ['a field too many', JSON.stringify({ type: 'hide', tenantId: 't-1', email: 'asha@example.in' })],
    ['null', 'null'],
  ])('does not run a message with %s, and logs nothing of its text', async (_, body) => {
    const run = jest.fn(() => Promise.resolve());
    const { handler, lines } = workerThat(run);
    expect(await handler(event(body))).toEqual({ batchItemFailures: [{ itemIdentifier: 'm0' }] });
    expect(run).not.toHaveBeenCalled();
    expect(lines).toEqual([['message not understood', { messageId: 'm0' }]]);
  });

  it('logs the ids of a message and the name of an error, and not its text', async () => {
    const { handler, lines } = workerThat(() => Promise.reject(new TypeError('asha@example.in')));
    await handler(event(hide('t-1')));
    expect(lines).toEqual([
      [
        'message failed',
        expect.objectContaining({
          tenantId: 't-1',
          received: 2,
          error: expect.objectContaining({ name: 'TypeError' }),
        }),
      ],
    ]);
    expect(JSON.stringify(lines)).not.toContain('asha');
  });
});
