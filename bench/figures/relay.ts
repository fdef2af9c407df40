import { handleEgress } from '../../lambda/transfer/egress';
import { BODY, RelayHarness, START } from '../../test/lambda/transfer/support/relay-harness';
import { VirtualTime } from '../harness/virtual-time';
import { atMost, median, note } from '../table';
import type { FigureGroup } from './figure';

/** Deliveries that the function makes at the same time, to all processors. */
const CONCURRENCY = 10;
const QUEUED = 1_000;
/** What things take, in milliseconds: a request to DynamoDB or KMS, one to SQS, a look at the queue, and processors. */
const TOOK = { table: 5, key: 5, queue: 10, poll: 25, slow: 9_000, fast: 100 } as const;
/** Transfers to the fast processor: one right behind the others, then one every five seconds. */
const EVERY_MS = 5_000;

const FAST = { ...BODY, processorId: 'sandbox-email', payload: { email: 'a@example.in', templateId: 'hi' } };

interface Simulated {
  /** Milliseconds from taking a transfer to the fast processor until it is there, in the order of sending. */
  readonly waits: readonly number[];
  /** Messages put back for each transfer to the slow processor, by the end. */
  readonly putBack: number;
}

/** Relay and egress with their real adapters, over tables and a queue in memory, in virtual time. */
async function simulate(queued: number, fast: number): Promise<Simulated> {
  const cloud = new RelayHarness();
  const time = new VirtualTime(START.getTime());
  Object.defineProperty(cloud, 'now', { get: () => new Date(time.ms) });
  for (let n = 0; n < queued; n++) await cloud.create(BODY, `slow-${n}`);

  const arrivals = new Map<string, number>();
  let sends = 0;
  cloud.answer = async ({ endpoint, idempotencyKey }) => {
    const slow = endpoint.includes('sms');
    if (!slow) arrivals.set(idempotencyKey, time.ms);
    await time.sleep(slow ? TOOK.slow : TOOK.fast);
    return { outcome: 'answered', status: 200 };
  };
  const first = await cloud.create(FAST, 'fast-0');
  const sent = new Map([[first.transferId, time.ms]]);
  cloud.table.before = () => time.sleep(TOOK.table);
  cloud.queue.before = () => {
    sends++;
    return time.sleep(TOOK.queue);
  };
  const { unwrap } = cloud.keys;
  Object.assign(cloud.keys, {
    unwrap: async (...of: Parameters<typeof unwrap>) => {
      await time.sleep(TOOK.key);
      return unwrap(...of);
    },
  });

  let over = false;
  const container = async () => {
    const deps = { ...cloud.egress, slots: cloud.newSlots('slots') };
    while (!over)
      if (!(await cloud.queue.workOnOne((message) => handleEgress(message, deps)))) await time.sleep(TOOK.poll);
  };
  const containers = Array.from({ length: CONCURRENCY }, container);
  for (let n = 1; n < fast; n++) {
    await time.pass(EVERY_MS);
    const creating = cloud.create(FAST, `fast-${n}`);
    await time.pass(200);
    const { transferId } = await creating;
    sent.set(transferId, time.ms - 200);
  }
  await time.pass(EVERY_MS);
  over = true;
  await Promise.all([...containers, time.pass(60_000)]);
  const waits = [...sent].map(([id, at]) => (arrivals.get(id) ?? Number.POSITIVE_INFINITY) - at);
  return { waits, putBack: queued === 0 ? 0 : (sends - fast + 1) / queued };
}

/** Requests of one transfer from call to delivery, in containers that have served its tenant before. */
async function requestsOfOne() {
  const cloud = new RelayHarness();
  await cloud.create(BODY, 'warm');
  await cloud.drain();
  cloud.table.requests.length = 0;
  let keys = 0;
  const { make, unwrap } = cloud.keys;
  Object.assign(cloud.keys, {
    make: (...of: Parameters<typeof make>) => {
      keys++;
      return make(...of);
    },
    unwrap: (...of: Parameters<typeof unwrap>) => {
      keys++;
      return unwrap(...of);
    },
  });
  await cloud.create(BODY, 'counted');
  await cloud.drain();
  // The signature of the message is made by KMS too; the harness sends without one.
  return { table: cloud.table.requests.length, keys: keys + 1 };
}

export const relay: FigureGroup = {
  name: 'relay',
  title: `A transfer to a fast processor behind ${QUEUED.toLocaleString('en')} to a slow one`,
  method: `The code of relay and egress with their adapters over tables and a queue in memory, ${CONCURRENCY} containers, in virtual time: ${TOOK.table} ms for a request to a table, ${TOOK.queue} ms to the queue, ${TOOK.slow / 1000} s for the slow processor. The queue gives the oldest message first, which SQS, told of the groups, would not.`,
  async measure({ quick }) {
    const fast = quick ? 20 : 120;
    const alone = await simulate(0, fast);
    const behind = await simulate(QUEUED, fast);
    const [right = Number.NaN, ...later] = behind.waits;
    const usual = median(alone.waits);
    const { table, keys } = await requestsOfOne();
    return [
      note('empty queue: milliseconds until it is delivered, median', usual.toFixed(0)),
      atMost('behind the others: median wait / that of an empty queue', median(later) / usual, 1.1),
      atMost('behind the others: longest wait after the first five seconds, in seconds', Math.max(...later) / 1000, 2),
      atMost('right behind them: seconds', right / 1000, 5),
      note(
        'the same without slots, first come first served: seconds',
        ((QUEUED * TOOK.slow) / CONCURRENCY / 1000).toFixed(0),
      ),
      note('times that a transfer to the slow processor was put back meanwhile', behind.putBack.toFixed(1)),
      atMost('DynamoDB requests of one transfer, call to delivery', table, 11, 0),
      atMost('KMS requests of one transfer: data key, its opening, signature', keys, 3, 0),
      note('SQS messages of one transfer', '1'),
    ];
  },
};
