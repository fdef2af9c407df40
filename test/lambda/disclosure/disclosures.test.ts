import type { APIGatewayProxyEvent } from 'aws-lambda';
import { type Caller, toContext } from '../../../lambda/access/caller';
import { dispatch } from '../../../lambda/access/dispatch';
import { disclosureRoutes } from '../../../lambda/disclosure/disclosure-routes';
import { type DisclosuresView, disclosuresViewSchema } from '../../../lambda/disclosure/disclosure-views';
import { decisionLedger } from '../../../lambda/transfer/adapters/decision-ledger';
import { disclosureReader } from '../../../lambda/transfer/adapters/disclosure-reader';
import type { DecisionRecord, TransferRecord } from '../../../lambda/transfer/model';
import { loadRegister } from '../../../policies/load';
import { processorsOf } from '../../../policies/register';
import { MemoryTable } from '../../support/memory-table';
import { decisionOf, denialOf, TABLE, transferOf } from '../transfer/records-support';

const CRM: Caller = { clientName: 'crm', actions: ['disclosure:read'], tenants: 'all' };
const KEY = 'b'.repeat(64);
const processors = new Map(processorsOf(loadRegister(), 'prod').map((processor) => [processor.id, processor]));
const keys = {
  subjectKey: async (tenantId: string, subjectId: string) =>
    tenantId === 'acme' && subjectId === 'p1' ? KEY : 'c'.repeat(64),
};

/** The API on the real adapters over a table in memory, and what it logged. */
function world() {
  const memory = new MemoryTable();
  const ledger = decisionLedger(memory.db, TABLE, { recordDays: 1096 });
  const logged: unknown[] = [];
  const logger = { info: (...line: unknown[]) => void logged.push(line) };
  const deps = { disclosures: disclosureReader(memory.db, TABLE), keys, processors, logger };
  const ask = async (query: Record<string, string>, caller = CRM): Promise<DisclosuresView> => {
    const event = {
      resource: '/v1/disclosures',
      httpMethod: 'GET',
      queryStringParameters: query,
      requestContext: { requestId: 'r-1', authorizer: toContext(caller) },
    } as unknown as APIGatewayProxyEvent;
    return disclosuresViewSchema.parse(JSON.parse((await dispatch(event, disclosureRoutes, deps)).body));
  };
  const sent = async (transfer: Partial<TransferRecord>, decision: Partial<DecisionRecord> = {}) => {
    const record = transferOf(transfer);
    const { transferId, decisionId, createdAt } = record;
    await ledger.record(decisionOf({ decisionId, transferId, ...decision }));
    memory.put(TABLE, {
      pk: `XFER#${transferId}`,
      sk: 'transfer',
      record,
      subjectKey: KEY,
      listKey: `${createdAt}#${transferId}`,
    });
  };
  return { memory, ledger, logged, ask, sent };
}

const P1 = { tenantId: 'acme', subjectId: 'p1' };
const at = (minute: number) => `2026-12-01T05:${String(minute).padStart(2, '0')}:00.000Z`;

describe('who received what about a person', () => {
  it('says by processor what, for what, when, how many times, and whether it went out here', async () => {
    const { ledger, ask, sent } = world();
    await sent({ transferId: 'tr-1', decisionId: 'td-1' }, { decidedAt: at(1) });
    await ledger.record(
      decisionOf({
        decisionId: 'td-2',
        decidedAt: at(2),
        fields: ['phone', 'templateId'],
        purpose: 'deletion-notices',
      }),
    );
    const pay = {
      processorId: 'razorpay',
      fields: ['amount'],
      categories: ['commercial'],
      purpose: 'subscription-payments',
    };
    await ledger.record(decisionOf({ ...pay, decisionId: 'td-3', decidedAt: at(3), obligations: null }));
    const { processors: found, complete } = await ask(P1);
    const none = { permitted: 0, delivered: 0, possiblyDelivered: 0, onItsWay: 0, notDelivered: 0 };
    expect(complete).toBe(true);
    expect(found).toEqual([
      {
        processorId: 'msg91',
        name: 'Walkover Web Solutions Private Limited (MSG91)',
        kind: 'sms',
        countries: ['IN'],
        purposes: ['deletion-notices', 'service-messages'],
        categories: ['contact', 'identity'],
        fields: ['name', 'phone', 'templateId'],
        firstAt: at(1),
        lastAt: at(2),
        times: { ...none, delivered: 1, permitted: 1 },
      },
      {
        processorId: 'razorpay',
        name: 'Razorpay Software Private Limited',
        kind: 'payment-gateway',
        countries: ['IN'],
        purposes: ['subscription-payments'],
        categories: ['commercial'],
        fields: ['amount'],
        firstAt: at(3),
        lastAt: at(3),
        times: { ...none, permitted: 1 },
      },
    ]);
  });

  it('lists each time by itself, newest first, with how each field went', async () => {
    const { ledger, ask, sent } = world();
    await sent({ transferId: 'tr-1', decisionId: 'td-1' }, { decidedAt: at(1) });
    await ledger.record(decisionOf({ decisionId: 'td-2', decidedAt: at(2) }));
    const { entries } = await ask(P1);
    expect(entries.map(({ decisionId, delivery }) => [decisionId, delivery])).toEqual([
      ['td-2', 'permitted'],
      ['td-1', 'delivered'],
    ]);
    expect(entries[1]).toEqual({
      decisionId: 'td-1',
      processorId: 'msg91',
      at: at(1),
      purpose: 'service-messages',
      basis: { kind: 'tenant-instruction', evidenceId: 'in-1' },
      categories: ['contact', 'identity'],
      fields: [
        { name: 'name', as: 'mask' },
        { name: 'phone', as: 'keep' },
      ],
      countries: ['IN'],
      delivery: 'delivered',
      transferId: 'tr-1',
      deliveredAt: '2026-12-01T05:30:02.000Z',
    });
  });

  it.each([
    ['delivered', { state: 'delivered', attempts: 1 }],
    ['possibly-delivered', { state: 'delivering', attempts: 1, endedAt: null }],
    ['possibly-delivered', { state: 'queued', attempts: 2, endedAt: null }],
    ['possibly-delivered', { state: 'failed', attempts: 12 }],
    ['possibly-delivered', { state: 'stopped', attempts: 1 }],
    ['on-its-way', { state: 'queued', attempts: 0, endedAt: null }],
    ['not-delivered', { state: 'stopped', attempts: 0 }],
  ] as const)('says %s of a transfer %j', async (delivery, transfer) => {
    const { ask, sent } = world();
    await sent(transfer);
    expect((await ask(P1)).entries).toMatchObject([{ delivery }]);
  });

  it('takes a transfer whose record is gone for possibly delivered', async () => {
    const { ledger, ask } = world();
    await ledger.record(decisionOf({ transferId: 'tr-9' }));
    expect((await ask(P1)).entries).toMatchObject([{ delivery: 'possibly-delivered', deliveredAt: null }]);
  });

  it('counts a transfer once that was asked about again before its delivery', async () => {
    const { ledger, ask, sent } = world();
    await sent({ transferId: 'tr-1', decisionId: 'td-1' }, { decidedAt: at(1) });
    await ledger.record(decisionOf({ decisionId: 'td-again', transferId: 'tr-1', decidedAt: at(2) }));
    const { entries, processors: found } = await ask(P1);
    expect(entries.map(({ decisionId }) => decisionId)).toEqual(['td-1']);
    expect(found?.[0]?.times.delivered).toBe(1);
  });

  it('leaves out what was denied, what is about others, and what is about nobody', async () => {
    const { ledger, ask } = world();
    await ledger.record(denialOf({ decisionId: 'a' }));
    await ledger.record(decisionOf({ decisionId: 'b', subjectKey: 'd'.repeat(64) }));
    await ledger.record(decisionOf({ decisionId: 'c', subjectKey: null }));
    expect(await ask(P1)).toEqual({ ...P1, processors: [], complete: true, entries: [], nextCursor: null });
  });

  it('shows a processor that the register has no more, with the countries that it had', async () => {
    const { ledger, ask } = world();
    await ledger.record(decisionOf({ processorId: 'gone', countries: ['SG'] }));
    expect((await ask(P1)).processors).toMatchObject([
      { processorId: 'gone', name: null, kind: null, countries: ['SG'] },
    ]);
  });

  it('goes through any number of entries page by page, each once', async () => {
    const { memory, ledger, ask, sent } = world();
    memory.pageSize = 4;
    for (let n = 0; n < 25; n++) {
      if (n % 3 === 0)
        await sent({ transferId: `tr-${n}`, decisionId: `td-${n}`, createdAt: at(n) }, { decidedAt: at(n) });
      else await ledger.record(decisionOf({ decisionId: `td-${n}`, decidedAt: at(n) }));
      if (n % 3 === 0)
        await ledger.record(decisionOf({ decisionId: `x-${n}`, transferId: `tr-${n}`, decidedAt: at(n) }));
    }
    const seen: string[] = [];
    let page = await ask({ ...P1, limit: '10' });
    expect(page.processors?.[0]?.times).toMatchObject({ delivered: 9, permitted: 16 });
    for (;;) {
      seen.push(...page.entries.map(({ decisionId }) => decisionId));
      if (page.nextCursor === null) break;
      page = await ask({ ...P1, limit: '10', cursor: page.nextCursor });
      expect(page.processors).toBeNull();
    }
    expect(seen).toEqual(Array.from({ length: 25 }, (_, n) => `td-${24 - n}`));
  });

  it('says so when there are more records than one answer sums up', async () => {
    const { memory, ask } = world();
    for (let n = 0; n <= 5_000; n++) {
      const decidedAt = new Date(Date.parse(at(0)) + n).toISOString();
      const record = decisionOf({ decisionId: `td-${n}`, decidedAt });
      const key = { pk: `DEC#td-${n}`, sk: 'decision', subjectKey: KEY, listKey: `${decidedAt}#td-${n}` };
      memory.put(TABLE, { ...key, record });
    }
    const { complete, processors: found, nextCursor } = await ask(P1);
    expect([complete, found?.[0]?.times.permitted]).toEqual([false, 5_000]);
    expect(nextCursor).not.toBeNull();
  });
});

describe('asking who received what', () => {
  it('is noted by whom and of which tenant, and never about whom', async () => {
    const { ledger, logged, ask } = world();
    await ledger.record(decisionOf());
    await ask(P1);
    expect(logged).toEqual([
      ['disclosures read', { requestId: 'r-1', client: 'crm', tenantId: 'acme', processors: 1, entries: 1 }],
    ]);
  });

  it.each([
    ['another tenant’s client', { ...CRM, tenants: ['globex'] }],
    ['a client without the action', { ...CRM, actions: ['transfer:read'] }],
  ] as const)('is refused to %s, and nothing is read', async (_what, caller) => {
    const { memory, ask } = world();
    await expect(ask(P1, caller as Caller)).rejects.toMatchObject({ status: 403 });
    expect(memory.requests).toEqual([]);
  });

  it.each([
    ['a phone number as person', { ...P1, subjectId: '9830012345' }],
    ['nobody', { tenantId: 'acme' }],
    ['a cursor that is none', { ...P1, cursor: 'DEC#td-1' }],
    ['too long a page', { ...P1, limit: '101' }],
  ])('is refused for %s', async (_what, query) => {
    const { memory, ask } = world();
    await expect(ask(query as Record<string, string>)).rejects.toMatchObject({ status: 400 });
    expect(memory.requests).toEqual([]);
  });

  it('shows no record that is not understood', async () => {
    const { memory, ask } = world();
    memory.put(TABLE, { pk: 'DEC#x', sk: 'decision', record: {}, subjectKey: KEY, listKey: `${at(1)}#x` });
    await expect(ask(P1)).rejects.toThrow();
  });
});
