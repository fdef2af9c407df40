import { ProblemError } from '../../../lambda/shared/problem';
import { KilledError } from '../../support/memory-cloud';
import { STORE_IDS, TerminationHarness } from '../../support/termination-harness';

const SEEDS = Array.from({ length: 25 }, (_, n) => n + 1);

/** Functions die before or after any of their calls, one call in eight, and messages come again. */
const crashing = (seed: number) => new TerminationHarness({ kill: 0.12, seed });

/** Repeats a call as the CRM would until it is answered. */
async function answered<T>(call: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof KilledError)) throw error;
    }
  }
}

describe('functions that die at any of their calls', () => {
  it.each(SEEDS)('end with one erasure, every warning sent and nobody asked in vain: seed %i', async (seed) => {
    const machine = crashing(seed);
    await machine.terminate('acme');
    await machine.until('2027-02-21T12:00:00.000Z');
    expect(machine.record('acme')).toMatchObject({ state: 'ERASED', hidden: true });
    expect(machine.control.requestRows.size).toBe(1);
    expect(new Set(machine.notices.map((notice) => notice.noticeId)).size).toBe(2);
    expect(new Set(machine.asks.map((ask) => ask.storeId))).toEqual(new Set(STORE_IDS));
    expect(new Set(machine.states.map((event) => event.state))).toEqual(new Set(['RECOVERABLE', 'CEASED', 'ERASED']));
  });

  it.each(SEEDS)('restore or erase, never both: seed %i', async (seed) => {
    const machine = crashing(seed);
    await machine.terminate('acme');
    // Within a few seconds of the moment in which the erasure begins.
    await machine.until(new Date(Date.parse('2027-02-20T00:00:00.000Z') + (seed % 9) - 3).toISOString());
    const restored = await answered(() => machine.restore('acme', 'restore', machine.invocation())).then(
      () => true,
      (error: unknown) => {
        if (error instanceof ProblemError) return false;
        throw error;
      },
    );
    await machine.days(3);
    const statuses = [...machine.control.requestRows.values()].map(({ record }) => record.status);
    if (restored) expect(statuses).not.toContain('completed');
    expect(machine.record('acme').state).toBe(restored ? 'RESTORED' : 'ERASED');
  });
});
