import { randomUUID } from 'node:crypto';
import { SendMessageCommand, SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { isOver, poll } from '../../bin/cli/watch';
import { apiFor, erasureOf } from './support/api';
import { countTenant } from './support/by-hand';
import { awsClients } from './support/clients';
import { testCloud } from './support/cloud';
import { fillTenant } from './support/fill';
import { functionProcesses } from './support/function-processes';
import { allQueues, peek } from './support/traces';

const cloud = testCloud();
const api = apiFor(cloud);
const MINUTES = 60_000;

async function queueUrl(name: string): Promise<string> {
  const url = (await allQueues(cloud)).find((each) => each.includes(name) && !each.includes('DeadLetters'));
  if (url === undefined) throw new Error(`no queue ${name}`);
  return url;
}

/** The dead letter arrives when the queue is next looked at, a moment after the last delivery. */
async function deadLetters(name: string): Promise<string[]> {
  const url = (await allQueues(cloud)).find((each) => each.includes(name) && each.includes('DeadLetters'));
  for (let n = 0; n < 30; n++) {
    const bodies = url === undefined ? [] : await peek(cloud, url);
    if (bodies.length > 0) return bodies;
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
  return [];
}

describe('a function that is killed', () => {
  it(
    'in the middle of an erasure leaves it complete, with the right counts',
    async () => {
      await fillTenant(cloud, 'killed-traders', { subjects: ['p1', 'p2', 'p3', 'p4'], versions: 150, rows: 150 });
      const { requestId } = await api.create(erasureOf({ tenantId: 'killed-traders' }), randomUUID());
      const planned = await poll(api, requestId, { until: ({ planHash }) => planHash !== null, timeoutMs: MINUTES });
      await api.confirm(requestId, { planHash: planned.planHash ?? '', by: 'test-admin' });

      let killed = 0;
      const until = Date.now() + 4_000;
      while (Date.now() < until) {
        for (const { pid } of functionProcesses(cloud, 'Eraser')) {
          process.kill(pid, 'SIGKILL');
          killed++;
        }
        await new Promise((resolve) => setTimeout(resolve, 150));
      }
      const view = await poll(api, requestId, { until: isOver, timeoutMs: 6 * MINUTES, intervalMs: 1_000 });

      expect(killed).toBeGreaterThan(0);
      expect(view.status).toBe('completed');
      const erased = Object.fromEntries(view.stores.map((store) => [store.storeId, store.erased]));
      expect(erased['customer-files']).toEqual({ versions: 600, deleteMarkers: 120, uploads: 4, items: 0 });
      expect(erased['crm-records']).toMatchObject({ items: 600 });
      expect(await countTenant(cloud, 'killed-traders')).toBe(0);
    },
    8 * MINUTES,
  );
});

describe('a message that cannot succeed', () => {
  it(
    'ends in the dead-letter queue, and the request shows it',
    async () => {
      await fillTenant(cloud, 'poisoned-traders', { subjects: ['p1'], versions: 2, rows: 2 });
      const { requestId } = await api.create(erasureOf({ tenantId: 'poisoned-traders' }), randomUUID());
      await poll(api, requestId, { until: ({ status }) => status === 'planned', timeoutMs: MINUTES });
      const { sqs } = awsClients(cloud);
      const url = await queueUrl('EraseQueue');
      // Deliveries follow each other faster than in earnest; what happens at the last one is the same.
      await sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: { VisibilityTimeout: '1' } }));
      const poison = JSON.stringify({ type: 'erase', requestId, round: 1, storeId: 'no-such-store', part: 0 });
      await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: poison }));
      const view = await poll(api, requestId, { until: isOver, timeoutMs: MINUTES });
      await sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: { VisibilityTimeout: '90' } }));

      expect(view).toMatchObject({
        status: 'failed',
        reasons: [{ code: 'unknown-work', storeId: 'no-such-store', message: expect.stringMatching(/5 tries/) }],
      });
      expect(await deadLetters('EraseQueue')).toContain(poison);
    },
    2 * MINUTES,
  );
});
