import fc from 'fast-check';
import { decisionLedger } from '../../../lambda/transfer/adapters/decision-ledger';
import { pastTransfers } from '../../../lambda/transfer/adapters/past-transfers';
import { MemoryTable } from '../../support/memory-table';
import { decisionOf, denialOf, TABLE } from './records-support';

const DAY = 86_400_000;

describe('counting past transfers', () => {
  it('finds every allowed decision of a processor since a moment, whatever the months between, and no other', async () => {
    const start = Date.parse('2025-10-15T00:00:00.000Z');
    const moment = fc.integer({ min: 0, max: 500 }).map((days) => new Date(start + days * DAY));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ at: moment, tenant: fc.constantFrom('acme', 'globex'), allowed: fc.boolean() })),
        moment,
        fc.integer({ min: 0, max: 400 }),
        async (decisions, now, days) => {
          const memory = new MemoryTable();
          memory.pageSize = 3;
          const ledger = decisionLedger(memory.db, TABLE, { recordDays: 1096 });
          const past = decisions.filter(({ at }) => at <= now);
          for (const [n, { at, tenant, allowed }] of past.entries()) {
            const record = { decisionId: `td-${n}`, tenantId: tenant, decidedAt: at.toISOString() };
            await ledger.record(allowed ? decisionOf(record) : denialOf(record));
          }
          await ledger.record(decisionOf({ decisionId: 'other', processorId: 'razorpay' }));
          const since = new Date(now.getTime() - days * DAY);
          const expected = past.filter(({ at, allowed }) => allowed && at >= since);
          expect(await pastTransfers(memory.db, TABLE).count('msg91', since, now)).toEqual({
            decisions: expected.length,
            tenants: [...new Set(expected.map(({ tenant }) => tenant))].sort(),
            complete: true,
          });
        },
      ),
      { numRuns: 60 },
    );
  });

  it('fails rather than counts what it does not understand', async () => {
    const memory = new MemoryTable();
    memory.put(TABLE, {
      pk: 'DEC#a',
      sk: 'decision',
      processorMonth: 'msg91#2026-12',
      listKey: '2026-12-01T00:00:00.000Z#a',
    });
    const now = new Date('2026-12-02T00:00:00.000Z');
    await expect(pastTransfers(memory.db, TABLE).count('msg91', new Date(now.getTime() - DAY), now)).rejects.toThrow();
  });
});
