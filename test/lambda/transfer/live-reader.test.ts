import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { stateSchema } from '../../../lambda/termination/model';
import { liveReader } from '../../../lambda/transfer/adapters/live-reader';
import { MemoryTable } from '../../support/memory-table';
import { NOW, restrictionOf, TABLE } from './records-support';

const CONTROL = 'control';
const tables = { transferTable: TABLE, controlTable: CONTROL };

function world(cacheSeconds = 30) {
  const memory = new MemoryTable();
  const state = { now: Date.parse(NOW) };
  const clock = { now: () => new Date(state.now) };
  return { memory, state, reader: liveReader(memory.db, tables, clock, cacheSeconds) };
}

const standing = (memory: MemoryTable, revision: number, ...records: unknown[]) =>
  memory.put(TABLE, { pk: 'RESTRICT#standing', sk: 'all', records, revision });
const termination = (memory: MemoryTable, state: unknown, tenantId = 'acme') =>
  memory.put(CONTROL, { pk: 'TERM#acme', sk: 'META', record: { tenantId, state } });

describe('what is known of a moment', () => {
  it('is read in one request for both, and then kept until a second before it is too old', async () => {
    const { memory, state, reader } = world();
    await reader.facts('acme');
    state.now += 29_000;
    await reader.facts('acme');
    expect(memory.requests.map(({ name }) => name)).toEqual(['TransactGetCommand']);
    standing(memory, 1, restrictionOf());
    state.now += 1;
    expect((await reader.facts('acme')).restrictions).toEqual([restrictionOf()]);
    expect(memory.requests).toHaveLength(2);
  });

  it('takes a tenant without a termination for active', async () => {
    const { reader } = world();
    expect(await reader.facts('acme')).toEqual({ restrictions: [], tenantActive: true, readAt: new Date(NOW) });
  });

  it.each(stateSchema.options)('in the state %s, use has ceased unless everything was restored', async (which) => {
    const { memory, reader } = world();
    termination(memory, which);
    expect((await reader.facts('acme')).tenantActive).toBe(which === 'RESTORED');
  });

  it('of one tenant brings a new restriction to all others that are kept', async () => {
    const { memory, state, reader } = world();
    await reader.facts('acme');
    standing(memory, 1, restrictionOf());
    state.now += 10_000;
    await reader.facts('globex');
    expect((await reader.facts('acme')).restrictions).toEqual([restrictionOf()]);
  });

  it.each([
    ['restrictions that are not understood', (m: MemoryTable) => standing(m, 1, { ...restrictionOf(), until: 'soon' })],
    ['an item without restrictions', (m: MemoryTable) => m.put(TABLE, { pk: 'RESTRICT#standing', sk: 'all' })],
    ['a termination in an unknown state', (m: MemoryTable) => termination(m, 'PAUSED')],
    ['a termination of another tenant', (m: MemoryTable) => termination(m, 'RESTORED', 'globex')],
  ])('is an error for %s', async (_what, given) => {
    const { memory, reader } = world();
    given(memory);
    await expect(reader.facts('acme')).rejects.toThrow();
  });

  it('an error is not kept, and does not touch what another tenant has', async () => {
    const { memory, reader } = world();
    await reader.facts('globex');
    memory.before = () => {
      throw new Error('down');
    };
    await expect(reader.facts('acme')).rejects.toThrow('down');
    await expect(reader.facts('globex')).resolves.toMatchObject({ tenantActive: true });
    memory.before = () => undefined;
    await expect(reader.facts('acme')).resolves.toMatchObject({ tenantActive: true });
  });

  it('is never answered from what is too old, however long the table is away', async () => {
    const { memory, state, reader } = world();
    await reader.facts('acme');
    memory.before = () => {
      throw new Error('down');
    };
    state.now += 30_001;
    await expect(reader.facts('acme')).rejects.toThrow('down');
  });

  it('is too old when the reading itself took longer than the seconds', async () => {
    const { memory, state, reader } = world();
    memory.before = () => {
      state.now += 30_001;
    };
    await expect(reader.facts('acme')).rejects.toThrow('too old');
  });

  it('is read anew when the clock was set back', async () => {
    const { memory, state, reader } = world();
    await reader.facts('acme');
    state.now -= 1;
    await reader.facts('acme');
    expect(memory.requests).toHaveLength(2);
  });

  it('is read once for all who ask at the same time', async () => {
    const { memory, reader } = world();
    await Promise.all(Array.from({ length: 50 }, () => reader.facts('acme')));
    expect(memory.requests).toHaveLength(1);
  });

  it('a reading that began earlier and ends later does not bring back what was lifted or hide what was made', async () => {
    const { memory, state, reader } = world();
    const gates: (() => void)[] = [];
    memory.before = () => new Promise<void>((open) => gates.push(open));
    // What the first reading sees is fixed when it is let through; it is kept waiting until the second has ended.
    const early = reader.facts('acme');
    state.now += 1_000;
    const late = reader.facts('globex');
    standing(memory, 2, restrictionOf());
    gates[1]?.();
    await late;
    standing(memory, 1);
    gates[0]?.();
    expect((await early).restrictions).toEqual([restrictionOf()]);
  });

  it('tries again when somebody writes at the same moment, a bounded number of times', async () => {
    const { memory, reader } = world();
    let conflicts = 2;
    memory.before = () => {
      if (conflicts-- > 0) throw new TransactionCanceledException({ message: '', $metadata: {} });
    };
    await expect(reader.facts('acme')).resolves.toMatchObject({ tenantActive: true });
    conflicts = 99;
    await expect(reader.facts('globex')).rejects.toThrow(TransactionCanceledException);
    expect(memory.requests).toHaveLength(6);
  });

  it('is kept of a bounded number of tenants', async () => {
    const { memory, reader } = world();
    for (let n = 0; n <= 10_000; n++) await reader.facts(`t-${n}`);
    const before = memory.requests.length;
    await reader.facts('t-10000');
    await reader.facts('t-0');
    expect(memory.requests.length - before).toBe(1);
  });

  it.each([0, -1, 31, Number.NaN])('cannot be kept for %s seconds', (seconds) => {
    expect(() => world(seconds)).toThrow(RangeError);
  });

  it('is at most as old as the seconds, whenever restrictions are made and whoever asks', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            wait: fc.integer({ min: 0, max: 20_000 }),
            tenant: fc.constantFrom('acme', 'globex'),
            restrict: fc.boolean(),
          }),
          { maxLength: 30 },
        ),
        async (steps) => {
          const { memory, state, reader } = world();
          const made: { readonly at: number; readonly id: string }[] = [];
          for (const { wait, tenant, restrict } of steps) {
            state.now += wait;
            if (restrict) {
              made.push({ at: state.now, id: `rs-${made.length}` });
              const records = made.map(({ id }) => restrictionOf({ restrictionId: id }));
              standing(memory, made.length, ...records);
            }
            const { restrictions } = await reader.facts(tenant);
            const known = restrictions.map(({ restrictionId }) => restrictionId);
            const due = made.filter(({ at }) => at < state.now - 30_000).map(({ id }) => id);
            expect(known).toEqual(expect.arrayContaining(due));
          }
        },
      ),
      { numRuns: 50 },
    );
  });
});
