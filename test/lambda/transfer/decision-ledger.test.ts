import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { decisionLedger } from '../../../lambda/transfer/adapters/decision-ledger';
import { MemoryTable } from '../../support/memory-table';
import { decisionOf, denialOf, TABLE } from './records-support';

function world() {
  const memory = new MemoryTable();
  const waits: number[] = [];
  const sleep = async (ms: number) => {
    waits.push(ms);
  };
  return { memory, waits, ledger: decisionLedger(memory.db, TABLE, { recordDays: 1096, sleep }) };
}

const names = (memory: MemoryTable) => memory.requests.map(({ name }) => name);
const conflict = (...codes: string[]) =>
  new TransactionCanceledException({
    message: '',
    $metadata: {},
    CancellationReasons: codes.map((Code) => ({ Code })),
  });

describe('the ledger of decisions', () => {
  it('writes each decision in one request, and the first of a tenant and processor with the recipient', async () => {
    const { memory, ledger } = world();
    await ledger.record(decisionOf());
    await ledger.record(decisionOf({ decisionId: 'td-2' }));
    await ledger.record(decisionOf({ decisionId: 'td-3', processorId: 'razorpay' }));
    expect(names(memory)).toEqual(['TransactWriteCommand', 'PutCommand', 'TransactWriteCommand']);
    const recipients = memory.all(TABLE).filter(({ pk }) => pk === 'RCPT#acme');
    expect(recipients).toEqual([
      { pk: 'RCPT#acme', sk: 'msg91', firstAt: '2026-12-01T05:30:00.000Z' },
      { pk: 'RCPT#acme', sk: 'razorpay', firstAt: '2026-12-01T05:30:00.000Z' },
    ]);
  });

  it('finds an allowed decision by person, processor and month, and tenant, and lets it go after its days', async () => {
    const { memory, ledger } = world();
    await ledger.record(decisionOf());
    expect(memory.all(TABLE)[0]).toEqual({
      pk: 'DEC#td-1',
      sk: 'decision',
      record: decisionOf(),
      tenantId: 'acme',
      subjectKey: 'b'.repeat(64),
      processorMonth: 'msg91#2026-12',
      listKey: '2026-12-01T05:30:00.000Z#td-1',
      expiresAt: Date.parse('2029-12-01T05:30:00.000Z') / 1000,
    });
  });

  it('makes nobody a recipient by a denial, nor counts it as a transfer', async () => {
    const { memory, ledger } = world();
    await ledger.record(denialOf());
    const [item, ...others] = memory.all(TABLE);
    expect(others).toEqual([]);
    expect(item).not.toHaveProperty('processorMonth');
    expect(item).not.toHaveProperty('subjectKey');
    expect(item).toMatchObject({ tenantId: 'acme', listKey: '2026-12-01T05:30:00.000Z#td-1' });
  });

  it('takes the same decision again for the same, and another under its id for an error', async () => {
    const { memory, ledger } = world();
    await ledger.record(decisionOf());
    await ledger.record(decisionOf());
    const other = ledger.record(decisionOf({ decidedAt: '2026-12-01T05:30:00.001Z' }));
    await expect(other).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
    expect(memory.all(TABLE)[0]?.record).toEqual(decisionOf());
  });

  it('keeps the first time of a recipient that another container wrote', async () => {
    const { memory, ledger } = world();
    memory.put(TABLE, { pk: 'RCPT#acme', sk: 'msg91', firstAt: '2026-01-01T00:00:00.000Z' });
    await ledger.record(decisionOf());
    expect(memory.all(TABLE)[0]?.firstAt).toBe('2026-01-01T00:00:00.000Z');
  });

  it('tries again where another container writes the same pair, and fails for anything else', async () => {
    const { memory, waits, ledger } = world();
    const failures: Error[] = [conflict('None', 'TransactionConflict'), conflict('TransactionConflict', 'None')];
    memory.before = () => {
      const failure = failures.shift();
      if (failure !== undefined) throw failure;
    };
    await ledger.record(decisionOf());
    expect(waits).toHaveLength(2);
    failures.push(conflict('ConditionalCheckFailed', 'TransactionConflict'));
    await expect(ledger.record(decisionOf({ tenantId: 'globex' }))).rejects.toThrow(TransactionCanceledException);
  });

  it('does not remember a pair that it could not write', async () => {
    const { memory, ledger } = world();
    const failures: Error[] = [new Error('down')];
    memory.before = () => {
      const failure = failures.shift();
      if (failure !== undefined) throw failure;
    };
    await expect(ledger.record(decisionOf())).rejects.toThrow('down');
    await ledger.record(decisionOf());
    expect(memory.all(TABLE).map(({ pk }) => pk)).toContain('RCPT#acme');
  });

  it('remembers a bounded number of pairs, and writes a forgotten one again', async () => {
    const { memory, ledger } = world();
    for (let n = 0; n <= 10_000; n++) await ledger.record(decisionOf({ decisionId: `td-${n}`, tenantId: `t-${n}` }));
    await ledger.record(decisionOf({ decisionId: 'again', tenantId: 't-10000' }));
    await ledger.record(decisionOf({ decisionId: 'forgotten', tenantId: 't-0' }));
    expect(names(memory).slice(-2)).toEqual(['PutCommand', 'TransactWriteCommand']);
  });
});
