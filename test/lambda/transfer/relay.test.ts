import { METRIC } from '../../../lambda/shared/names';
import { ProblemError } from '../../../lambda/shared/problem';
import type { TransferBody } from '../../../lambda/transfer/model';
import { BODY, CALLER, PAYLOADS, RelayHarness, sandboxes, TABLE } from './support/relay-harness';
import { restriction } from './support/rules';

let cloud: RelayHarness;
beforeEach(() => {
  cloud = new RelayHarness();
});

async function problemOf(call: Promise<unknown>): Promise<ProblemError> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ProblemError)) throw new Error('expected a problem', { cause: error });
  return error;
}

const rowsOf = (prefix: string) => cloud.table.all(TABLE).filter(({ pk }) => String(pk).startsWith(prefix));

describe('taking a transfer', () => {
  it('answers with what was stripped, and queues it', async () => {
    const view = await cloud.create();
    expect(view).toMatchObject({
      state: 'queued',
      processorId: 'sandbox-sms',
      attempts: 0,
      stripped: { fields: ['billing.city', 'email'], unknown: 2 },
      expiresAt: '2026-12-02T06:30:00.000Z',
    });
    expect(cloud.queue.bodies).toEqual([
      JSON.stringify({ type: 'deliver', transferId: view.transferId, processorId: 'sandbox-sms' }),
    ]);
    expect(await cloud.read(view.transferId)).toEqual(view);
  });

  it('stores nothing of the payload in clear, and nothing at all of what was stripped', async () => {
    const view = await cloud.create();
    const stored = cloud.stored();
    for (const secret of ['919830012345', 'Priya', 'canary', 'order-shipped']) expect(stored).not.toContain(secret);
    // Not even sealed: the egress, which can open it, finds declared fields alone.
    const [record] = rowsOf('XFER#').map(({ record }) => record as { payloadKey: { pk: string; sk: string } });
    const { transferId, tenantId } = view;
    const opened = await cloud.egress.deliver.payloads.open(record?.payloadKey ?? { pk: '', sk: '' }, {
      tenantId,
      transferId,
      dataRole: 'tenant',
    });
    expect(Buffer.from((await opened.read()) ?? []).toString()).not.toContain('anary');
  });

  it('puts the payload where the erasure engine finds what is the person’s, and her id nowhere else', async () => {
    const { transferId } = await cloud.create();
    const [row] = cloud.table.all(PAYLOADS);
    expect(row).toMatchObject({ pk: expect.stringMatching(/^acme#[0-9a-f]{2}$/), sk: `subject-1#${transferId}` });
    // An hour after the transfer's end.
    expect(row?.expiresAt).toBe(Date.parse('2026-12-02T07:30:00.000Z') / 1000);
    expect(JSON.stringify(cloud.table.all(TABLE))).not.toContain('subject-1');
    expect(cloud.queue.bodies.join()).not.toContain('subject-1');
  });

  it('puts the payload of nobody in particular with what the tenant shares', async () => {
    const { subjectId: _, ...body } = BODY;
    const { transferId } = await cloud.create(body);
    expect(cloud.table.all(PAYLOADS)).toMatchObject([{ pk: 'acme#_', sk: `_#${transferId}` }]);
  });

  it('does not let a payload be opened as another’s', async () => {
    const first = await cloud.create();
    const second = await cloud.create(BODY, 'key-2');
    const pointers = rowsOf('XFER#').map(({ record }) => record as { transferId: string; payloadKey: never });
    const pointer = pointers.find(({ transferId }) => transferId === first.transferId)?.payloadKey as never;
    const context = { tenantId: 'acme', transferId: second.transferId, dataRole: 'tenant' } as const;
    await expect(cloud.egress.deliver.payloads.open(pointer, context)).rejects.toThrow();
  });

  it('does not let a row be taken for another’s, though the key is right', async () => {
    const { transferId } = await cloud.create();
    const [row] = cloud.table.all(PAYLOADS);
    await cloud.create(BODY, 'key-2');
    const other = cloud.table.all(PAYLOADS).find(({ sk }) => sk !== row?.sk);
    cloud.table.put(PAYLOADS, { ...row, sealed: other?.sealed });
    await cloud.drain();
    expect((await cloud.read(transferId)).state).toBe('queued');
    expect(cloud.sent).toHaveLength(1);
  });
});

describe('the same Idempotency-Key', () => {
  it('with the same body is one transfer, however often and at once it is sent', async () => {
    const views = await Promise.all(Array.from({ length: 8 }, () => cloud.create()));
    views.push(await cloud.create());
    expect(new Set(views.map(({ transferId }) => transferId)).size).toBe(1);
    expect([rowsOf('XFER#').length, cloud.payloads()]).toEqual([1, 1]);
    await cloud.drain();
    expect(cloud.sent).toHaveLength(1);
  });

  it('with another body is a conflict, and nothing of that body is kept', async () => {
    await cloud.create();
    const other = { ...BODY, payload: { ...BODY.payload, phone: '+919999999999' } };
    expect((await problemOf(cloud.create(other))).type).toBe('idempotency-conflict');
    expect([rowsOf('XFER#').length, cloud.payloads()]).toEqual([1, 1]);
  });

  it('of another client is another key', async () => {
    const mine = await cloud.create();
    const theirs = await cloud.create(BODY, 'key-1', { ...CALLER, clientName: 'other' });
    expect(theirs.transferId).not.toBe(mine.transferId);
  });

  it('answers with the state that the transfer has by now', async () => {
    await cloud.create();
    await cloud.drain();
    expect(await cloud.create()).toMatchObject({ state: 'delivered' });
    await cloud.drain();
    expect(cloud.sent).toHaveLength(1);
  });

  it('is kept with a hash that nobody can try values against without the key', async () => {
    await cloud.create();
    const other = new RelayHarness();
    await other.create();
    const hashOf = (table: typeof cloud.table) =>
      table.all(TABLE).find(({ pk }) => String(pk).startsWith('IDEM#'))?.bodyHash;
    expect(hashOf(cloud.table)).toMatch(/^[0-9a-f]{64}$/);
    expect(hashOf(cloud.table)).not.toBe(hashOf(other.table));
  });
});

describe('a transfer that is denied', () => {
  const denied: [string, Partial<TransferBody>, string][] = [
    ['an unknown processor', { processorId: 'nobody' }, 'register.unknown-processor'],
    ['a purpose outside the contract', { purpose: 'hosting' }, 'never.outside-field-contract'],
    ['nothing that the contract knows', { payload: { pan: 'x' } }, 'register.nothing-left'],
  ];

  it.each(denied)('because of %s says why, by the id of the decision', async (_what, change, reason) => {
    const problem = await problemOf(cloud.create({ ...BODY, ...change }));
    expect(problem).toMatchObject({ type: 'transfer-denied', status: 403 });
    const { decisionId, decidedBy } = problem.extra as { decisionId: string; decidedBy: { id: string }[] };
    expect(rowsOf(`DEC#${decisionId}`)).toHaveLength(1);
    expect(decidedBy.map(({ id }) => id)).toContain(reason);
  });

  it('because no endpoint is registered is recorded as denied', async () => {
    cloud.processors = sandboxes.map((processor) => ({ ...processor, endpoint: null }));
    const problem = await problemOf(cloud.create());
    expect(problem.extra?.decidedBy).toMatchObject([{ id: 'register.no-endpoint' }]);
    expect(rowsOf('DEC#')).toMatchObject([{ record: { outcome: 'deny' } }]);
    expect(cloud.counted[METRIC.transfersAllowed]).toBeUndefined();
  });

  it.each([
    [
      'a country is restricted',
      () => cloud.restrictions.push(restriction({ kind: 'country', country: 'IN' }, '2026-12-01')),
    ],
    ['the tenant has left', () => (cloud.tenantActive = false)],
    ['the moment cannot be read', () => (cloud.liveFails = true)],
    [
      'the decision cannot be recorded',
      () => {
        cloud.table.before = (name) => {
          if (name === 'TransactWriteCommand' || name === 'PutCommand') throw new Error('table unavailable');
        };
      },
    ],
  ])('because %s leaves nothing behind', async (_what, given) => {
    given();
    expect((await problemOf(cloud.create())).type).toBe('transfer-denied');
    expect([cloud.payloads(), cloud.queue.size, rowsOf('XFER#').length, rowsOf('IDEM#').length]).toEqual([0, 0, 0, 0]);
  });

  it('may be sent again with the same key, and is decided again', async () => {
    cloud.liveFails = true;
    await problemOf(cloud.create());
    cloud.liveFails = false;
    expect(await cloud.create()).toMatchObject({ state: 'queued' });
  });
});

describe('a call that makes no sense', () => {
  it('of a client that may not send, or not for this tenant, is forbidden before anything is written', async () => {
    const reader = { ...CALLER, actions: ['transfer:read'] as const };
    const stranger = { ...CALLER, tenants: ['globex'] };
    expect((await problemOf(cloud.create(BODY, 'k', reader))).type).toBe('forbidden');
    expect((await problemOf(cloud.create(BODY, 'k', stranger))).type).toBe('forbidden');
    expect(cloud.table.requests).toEqual([]);
  });

  it('about a transfer of a tenant that the client may not see is answered as if there were none', async () => {
    const { transferId } = await cloud.create();
    expect((await problemOf(cloud.read(transferId, { ...CALLER, tenants: ['globex'] }))).type).toBe('not-found');
    expect((await problemOf(cloud.read('tr-none'))).type).toBe('not-found');
  });

  it('with half a character is a bad request, not a failure', async () => {
    const body = { ...BODY, payload: { ...BODY.payload, templateId: '\ud800' } };
    expect((await problemOf(cloud.create(body))).type).toBe('bad-request');
  });

  it('with declared fields that have no plain value leaves nothing to send', async () => {
    const problem = await problemOf(cloud.create({ ...BODY, payload: { phone: {} } }));
    expect(problem.type).toBe('unprocessable');
    expect(cloud.payloads()).toBe(0);
  });
});
