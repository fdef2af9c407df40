import { decisionLedger } from '../../../lambda/transfer/adapters/decision-ledger';
import { recipientReader } from '../../../lambda/transfer/adapters/recipients';
import { MemoryTable } from '../../support/memory-table';
import { decisionOf, denialOf, TABLE, transferOf } from './records-support';

const keys = {
  subjectKey: async (tenantId: string, subjectId: string) =>
    Buffer.from(`${tenantId}/${subjectId}`).toString('hex').padEnd(64, '0'),
  reference: () => Promise.reject(new Error('not asked for here')),
};

async function world() {
  const memory = new MemoryTable();
  const ledger = decisionLedger(memory.db, TABLE, { recordDays: 1096 });
  const subjectKey = await keys.subjectKey('acme', 'p1');
  await ledger.record(decisionOf({ decisionId: 'a', processorId: 'razorpay', subjectKey }));
  await ledger.record(decisionOf({ decisionId: 'b', subjectKey }));
  await ledger.record(decisionOf({ decisionId: 'c', subjectKey }));
  await ledger.record(denialOf({ decisionId: 'd', processorId: 'ses-mumbai', subjectKey }));
  await ledger.record(decisionOf({ decisionId: 'e', processorId: 'whatsapp-cloud', subjectKey: null }));
  return { memory, subjectKey, reader: recipientReader(memory.db, TABLE, keys) };
}

describe('processors that have data', () => {
  it('of a person are those that were allowed something of her, each once', async () => {
    const { memory, reader } = await world();
    memory.pageSize = 1;
    expect(await reader.recipients('acme', 'p1')).toEqual(['msg91', 'razorpay']);
    expect(await reader.recipients('acme', 'p2')).toEqual([]);
    expect(await reader.recipients('globex', 'p1')).toEqual([]);
  });

  it('of a tenant are all that were allowed anything, also about nobody in particular', async () => {
    const { memory, reader } = await world();
    memory.pageSize = 1;
    expect(await reader.recipients('acme')).toEqual(['msg91', 'razorpay', 'whatsapp-cloud']);
    expect(await reader.recipients('globex')).toEqual([]);
    const query = memory.requests.at(-1)?.input;
    expect(query).toMatchObject({ ConsistentRead: true });
  });

  it('count those of a transfer whose decision is gone', async () => {
    const { memory, subjectKey, reader } = await world();
    const record = transferOf({ processorId: 'ses-mumbai', subjectKey });
    memory.put(TABLE, { pk: 'XFER#tr-1', sk: 'transfer', record, subjectKey, listKey: `${record.createdAt}#tr-1` });
    expect(await reader.recipients('acme', 'p1')).toEqual(['msg91', 'razorpay', 'ses-mumbai']);
  });

  it('are an error where a record is not understood', async () => {
    const { memory, subjectKey, reader } = await world();
    memory.put(TABLE, { pk: 'DEC#x', sk: 'decision', record: {}, subjectKey, listKey: '2026-12-01T00:00:00.000Z#x' });
    await expect(reader.recipients('acme', 'p1')).rejects.toThrow();
  });
});
