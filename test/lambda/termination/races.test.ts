import { everyInterleaving, someInterleavings } from '../../support/interleavings';
import { TerminationHarness } from '../../support/termination-harness';

const DUE = '2027-02-20T00:00:00.000Z';

/** A tenant whose erasure is due this very moment, and has not begun. */
async function machineDueNow(): Promise<TerminationHarness> {
  const machine = new TerminationHarness();
  // Schedules alone: thousands of sweeps that find nothing would take long.
  machine.sweeps = false;
  await machine.terminate('acme');
  await machine.until('2027-02-19T23:30:00.000Z');
  machine.schedulesFire = false;
  await machine.until(DUE);
  return machine;
}

const due = machineDueNow();

async function dueNow(engine: 'complete' | 'sleep'): Promise<TerminationHarness> {
  const machine = (await due).copy();
  machine.schedulesFire = false;
  machine.engine = engine;
  return machine;
}

/** One has won, and nothing is half done, whoever it was. */
async function oneHasWon(machine: TerminationHarness, restored: boolean, order: string): Promise<void> {
  machine.engine = 'complete';
  machine.wakeEngine();
  await machine.hours(4);
  const { state } = machine.record('acme');
  expect([order, state]).toEqual([order, restored ? 'RESTORED' : 'ERASED']);
  const statuses = [...machine.control.requestRows.values()].map(({ record }) => record.status);
  const expected = restored ? statuses.filter((status) => status !== 'cancelled') : statuses;
  expect([order, expected]).toEqual([order, restored ? [] : ['completed']]);
}

describe('a restore that races the erasure', () => {
  it('either comes first and nothing is erased, or is told when the first deletion was', async () => {
    const winners = new Set<string>();
    const orders = await everyInterleaving(
      async () => {
        const machine = await dueNow('complete');
        return {
          world: machine,
          actors: [(i) => machine.restore('acme', 'restore', i), (i) => machine.keep('acme', i)],
        };
      },
      async (machine, [restored, kept], order) => {
        winners.add(restored?.status === 'fulfilled' ? 'restore' : 'erasure');
        // The keeper may be told to come again, and never fails otherwise.
        if (kept?.status === 'rejected') expect(kept.reason).toMatchObject({ name: 'StaleTerminationError' });
        if (restored?.status === 'rejected')
          expect(restored.reason).toMatchObject({
            status: 409,
            extra: { firstDeletionAt: expect.stringMatching(/^2027-02-20T00:00/) },
          });
        await oneHasWon(machine, restored?.status === 'fulfilled', order);
      },
    );
    expect(winners).toEqual(new Set(['restore', 'erasure']));
    expect(orders).toBeGreaterThan(100);
  }, 60_000);

  it('wins against an erasure that was asked for and has not deleted anything yet', async () => {
    await someInterleavings(
      200,
      async () => {
        const machine = await dueNow('sleep');
        return {
          world: machine,
          actors: [(i) => machine.restore('acme', 'restore', i), (i) => machine.keep('acme', i)],
        };
      },
      async (machine, [restored], order) => {
        expect([order, restored?.status]).toEqual([order, 'fulfilled']);
        await oneHasWon(machine, true, order);
      },
    );
  }, 60_000);
});

describe('two sweeps at the same time', () => {
  it('make one erasure request', async () => {
    await someInterleavings(
      200,
      async () => {
        const machine = await dueNow('complete');
        return { world: machine, actors: [(i) => machine.keep('acme', i), (i) => machine.keep('acme', i)] };
      },
      async (machine, _outcomes, order) => {
        expect([order, machine.control.requestRows.size]).toEqual([order, 1]);
        await oneHasWon(machine, false, order);
      },
    );
  }, 60_000);
});
