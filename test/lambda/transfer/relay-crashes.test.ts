import { plusMs } from '../../../lambda/shared/clock';
import type { Delivery } from '../../../lambda/transfer/deliver';
import { BODY, MESSAGE, RelayHarness, TABLE } from './support/relay-harness';

/** The process is killed at this call: before it was carried out, or after it and before its answer. */
class Killed extends Error {}

interface Run {
  readonly cloud: RelayHarness;
  /** Calls of tables, keys and queue so far. */
  calls: number;
}

/** A cloud in which call number `at` kills whoever makes it; the next process finds everything as it was left. */
function cloudKilledAt(at: number, when: 'before' | 'after'): Run {
  const cloud = new RelayHarness();
  const run: Run = { cloud, calls: 0 };
  const kill = (moment: 'before' | 'after') => {
    if (moment === 'before') run.calls++;
    if (moment === when && run.calls === at) {
      // The next call, of the next process, is another one.
      if (when === 'after') run.calls++;
      throw new Killed(`call ${at}`);
    }
  };
  cloud.table.before = () => kill('before');
  cloud.table.after = () => kill('after');
  cloud.queue.before = () => kill('before');
  cloud.queue.after = () => kill('after');
  const { make, unwrap } = cloud.keys;
  Object.assign(cloud.keys, {
    make: async (context: never) => {
      kill('before');
      return make(context);
    },
    unwrap: async (wrapped: never, context: never) => {
      kill('before');
      return unwrap(wrapped, context);
    },
  });
  return run;
}

/** The client repeats the call with the same key until it is answered; the rest is up to relay, egress and sweep. */
async function sendPatiently(cloud: RelayHarness): Promise<string> {
  for (let tries = 0; tries < 5; tries++) {
    try {
      return (await cloud.create()).transferId;
    } catch {
      cloud.now = plusMs(cloud.now, 1000);
    }
  }
  throw new Error('the relay never answered');
}

const records = (cloud: RelayHarness) => cloud.table.all(TABLE).filter(({ pk }) => String(pk).startsWith('XFER#'));

async function callsOfOneRun(answers: readonly Delivery[]): Promise<number> {
  const run = cloudKilledAt(-1, 'before');
  answerWith(run.cloud, answers);
  await sendPatiently(run.cloud);
  await run.cloud.finish();
  return run.calls;
}

function answerWith(cloud: RelayHarness, answers: readonly Delivery[]): void {
  cloud.answer = () => answers[Math.min(cloud.sent.length, answers.length) - 1] ?? { outcome: 'answered', status: 200 };
}

const TAKEN: Delivery = { outcome: 'answered', status: 202 };
const LATER: Delivery = { outcome: 'answered', status: 503 };
const REFUSED: Delivery = { outcome: 'answered', status: 422 };

describe.each([
  ['taken', [TAKEN], 'delivered'],
  ['taken at the second attempt', [LATER, TAKEN], 'delivered'],
  ['refused', [REFUSED], 'failed'],
])('a transfer that is %s', (_what, answers, state) => {
  it.each(['before', 'after'] as const)(
    'ends as it would have, with its payload dropped, wherever a process is killed (%s each call)',
    async (when) => {
      const calls = await callsOfOneRun(answers);
      expect(calls).toBeGreaterThan(10);
      for (let at = 1; at <= calls; at++) {
        const { cloud } = cloudKilledAt(at, when);
        answerWith(cloud, answers);
        const transferId = await sendPatiently(cloud);
        await cloud.finish();
        const where = `killed ${when} call ${at}`;
        expect([where, (await cloud.read(transferId)).state]).toEqual([where, state]);
        // At least once, and always the same: one key, one message.
        expect([where, cloud.sent.length > 0]).toEqual([where, true]);
        expect(new Set(cloud.sent.map(({ idempotencyKey }) => idempotencyKey))).toEqual(new Set([transferId]));
        for (const { body } of cloud.sent) expect(JSON.parse(Buffer.from(body).toString())).toEqual(MESSAGE);
        // Of a call that was killed between payload and record nothing points to the payload: it goes by its own time.
        const named = records(cloud).map(({ record }) => (record as { transferId: string }).transferId);
        expect([where, named]).toEqual([where, [transferId]]);
        expect([where, cloud.table.all('payloads').filter(({ sk }) => String(sk).endsWith(transferId))]).toEqual([
          where,
          [],
        ]);
        expect([where, cloud.queue.size, cloud.queue.deadLetters.length]).toEqual([where, 0, 0]);
      }
    },
    120_000,
  );
});

it('a client that never calls again loses nothing either: the sweep finds what was taken', async () => {
  const { cloud } = cloudKilledAt(-1, 'before');
  const before = cloud.queue.before;
  cloud.queue.before = () => {
    throw new Killed('before the message was sent');
  };
  await expect(cloud.create()).rejects.toThrow(Killed);
  cloud.queue.before = before;
  expect(cloud.queue.size).toBe(0);
  await cloud.finish();
  expect(records(cloud)).toMatchObject([{ record: { state: 'delivered' } }]);
  expect([cloud.sent.length, cloud.payloads()]).toEqual([1, 0]);
});

it('a transfer whose message lies with the dead letters is given up in time, not forgotten', async () => {
  const cloud = new RelayHarness();
  const { transferId } = await cloud.create();
  const { unwrap } = cloud.keys;
  Object.assign(cloud.keys, { unwrap: async () => Promise.reject(new Error('the key is disabled')) });
  await cloud.finish(30);
  expect(cloud.queue.deadLetters.length).toBeGreaterThan(0);
  expect(await cloud.read(transferId)).toMatchObject({ state: 'failed', reason: { code: 'gave-up' } });
  Object.assign(cloud.keys, { unwrap });
  await cloud.finish(2);
  expect(cloud.sent).toEqual([]);
});

it('one of several calls at once that loses leaves no payload', async () => {
  const cloud = new RelayHarness();
  await Promise.all([cloud.create(BODY), cloud.create(BODY), cloud.create(BODY)]);
  expect([records(cloud).length, cloud.payloads()]).toEqual([1, 1]);
});
