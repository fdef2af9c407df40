import type { APIGatewayProxyEvent } from 'aws-lambda';
import fc from 'fast-check';
import { type Caller, toContext } from '../../../lambda/access/caller';
import { StaleRecordError } from '../../../lambda/erasure/errors';
import { decisionLedger } from '../../../lambda/transfer/adapters/decision-ledger';
import { liveReader } from '../../../lambda/transfer/adapters/live-reader';
import { pastTransfers } from '../../../lambda/transfer/adapters/past-transfers';
import { MOST_STANDING } from '../../../lambda/transfer/adapters/restriction-items';
import { restrictionLedger } from '../../../lambda/transfer/adapters/restriction-ledger';
import { routeRestrictions } from '../../../lambda/transfer/restriction-routes';
import {
  type RestrictBody,
  type RestrictedView,
  restrictBodySchema,
  restrictedViewSchema,
  restrictionListSchema,
  restrictionViewSchema,
} from '../../../lambda/transfer/restriction-views';
import {
  liftRestriction,
  listRestrictions,
  type RestrictionDeps,
  restrict,
} from '../../../lambda/transfer/restrictions';
import { loadRegister } from '../../../policies/load';
import { processorsOf } from '../../../policies/register';
import { MemoryTable } from '../../support/memory-table';
import { decisionOf, denialOf, NOW, restrictionOf, TABLE } from './records-support';

const DESK: Caller = { clientName: 'legal-desk', actions: ['transfer:restrict', 'transfer:read'], tenants: 'all' };
const US: RestrictBody = {
  scope: { kind: 'country', country: 'US' },
  from: '2026-12-01',
  authority: 'G.S.R. 123(E)',
  approver: 'counsel-3',
  dryRun: false,
};
const register = loadRegister();
const processors = new Map(processorsOf(register, 'prod').map((processor) => [processor.id, processor]));

/** The desk on the real adapters over a table in memory. */
function world(now = NOW) {
  const memory = new MemoryTable();
  const state = { now: new Date(now) };
  const deps: RestrictionDeps = {
    restrictions: restrictionLedger(memory.db, TABLE),
    past: pastTransfers(memory.db, TABLE),
    processors,
    words: register.transfers,
    clock: { now: () => state.now },
  };
  return { memory, state, deps, decisions: decisionLedger(memory.db, TABLE, { recordDays: 1096 }) };
}

const idOf = ({ restriction }: RestrictedView) => restriction?.restrictionId ?? '';
const refusalOf = (call: Promise<unknown>) => call.then(() => undefined).catch((error: unknown) => error);

describe('closing a country', () => {
  it('says what it touches, and changes nothing in a dry run', async () => {
    const { memory, deps, decisions } = world();
    const past = { processorId: 'whatsapp-cloud', decidedAt: '2026-09-30T23:59:59.999Z' };
    await decisions.record(decisionOf({ ...past, decisionId: 'a' }));
    await decisions.record(decisionOf({ ...past, decisionId: 'b', tenantId: 'globex' }));
    await decisions.record(decisionOf({ ...past, decisionId: 'c', decidedAt: '2026-12-01T00:00:00.000Z' }));
    await decisions.record(denialOf({ ...past, decisionId: 'denied', tenantId: 'other' }));
    await decisions.record(decisionOf({ ...past, decisionId: 'too-old', decidedAt: '2025-12-01T05:29:59.999Z' }));
    await decisions.record(decisionOf({ decisionId: 'elsewhere', tenantId: 'other' }));
    const { created, view } = await restrict(DESK, { ...US, dryRun: true }, deps);
    expect([created, view]).toEqual([
      false,
      {
        restriction: null,
        impact: {
          processors: [
            { processorId: 'whatsapp-cloud', name: 'WhatsApp LLC (WhatsApp Business Platform)', countries: ['US'] },
          ],
          tenants: { count: 2, ids: ['acme', 'globex'] },
          pastTransfers: { decisions: 3, since: '2025-12-01T05:30:00.000Z', complete: true },
        },
      },
    ]);
    expect(memory.all(TABLE).some(({ pk }) => String(pk).startsWith('RESTRICT#'))).toBe(false);
  });

  it('stands from then on, with who ordered and approved it, and everyone who decides sees it', async () => {
    const { memory, deps } = world();
    const { created, view } = await restrict(DESK, US, deps);
    const { dryRun: _, ...order } = US;
    expect(created).toBe(true);
    expect(view.restriction).toEqual({
      ...order,
      restrictionId: expect.stringMatching(/^rs-[0-9a-f-]{36}$/),
      clientName: 'legal-desk',
      createdAt: NOW,
      liftApprovals: [],
      liftedAt: null,
      state: 'standing',
      inForce: true,
    });
    const live = liveReader(memory.db, { transferTable: TABLE, controlTable: 'control' }, deps.clock, 30);
    expect((await live.facts('acme')).restrictions).toMatchObject([{ restrictionId: idOf(view), scope: US.scope }]);
  });

  it('stands even if counting what it touches fails, and the repeated call is answered with it', async () => {
    const { deps } = world();
    const blind = { ...deps, past: { count: () => Promise.reject(new Error('down')) } };
    await expect(restrict(DESK, US, blind)).rejects.toThrow('down');
    const { items } = await listRestrictions(DESK, deps);
    expect(items).toHaveLength(1);
    const again = await restrict(DESK, US, deps);
    expect([again.created, idOf(again.view)]).toEqual([false, items[0]?.restrictionId]);
  });

  it('many times at once is one restriction', async () => {
    const { deps } = world();
    const answers = await Promise.all(Array.from({ length: 4 }, () => restrict(DESK, US, deps)));
    expect(new Set(answers.map(({ view }) => idOf(view))).size).toBe(1);
    expect(answers.filter(({ created }) => created)).toHaveLength(1);
  });

  it('on another word or from another day is another one', async () => {
    const { deps } = world();
    await restrict(DESK, US, deps);
    for (const other of [{ authority: 'G.S.R. 124(E)' }, { from: '2026-12-02' }])
      expect((await restrict(DESK, { ...US, ...other }, deps)).created).toBe(true);
    expect((await restrict(DESK, { ...US, approver: 'counsel-9' }, deps)).created).toBe(false);
  });

  it.each([
    ['the day has come', '2026-12-01', NOW, true],
    ['it has come in India and not yet in UTC', '2026-12-02', '2026-12-01T18:30:00.000Z', true],
    ['it comes tomorrow in India', '2026-12-02', '2026-12-01T18:29:59.999Z', false],
    ['it has long passed', '2020-01-01', NOW, true],
  ])('is in force when %s', async (_when, from, now, inForce) => {
    const { deps } = world(now);
    expect((await restrict(DESK, { ...US, from }, deps)).view.restriction?.inForce).toBe(inForce);
  });

  it('takes a country where no processor is yet', async () => {
    const { deps } = world();
    const { created, view } = await restrict(DESK, { ...US, scope: { kind: 'country', country: 'CN' } }, deps);
    expect([created, view.impact.processors]).toEqual([true, []]);
  });

  it.each(['IN', 'UK', 'ZZ', 'EU', 'XX', 'SU'])(
    'refuses %s, which would close something else than is meant',
    async (country) => {
      const { memory, deps } = world();
      const refusal = await refusalOf(restrict(DESK, { ...US, scope: { kind: 'country', country } }, deps));
      expect(refusal).toMatchObject({ status: 422, errors: [{ pointer: '/scope/country' }] });
      expect(memory.all(TABLE)).toEqual([]);
    },
  );

  it('says so when the past is too long to be counted whole', async () => {
    const { memory, deps, decisions } = world();
    for (let n = 0; n < 5; n++)
      await decisions.record(decisionOf({ processorId: 'whatsapp-cloud', decisionId: `d-${n}` }));
    memory.pageSize = 2;
    const few = { ...deps, past: pastTransfers(memory.db, TABLE, 2) };
    const { view } = await restrict(DESK, { ...US, dryRun: true }, few);
    expect(view.impact.pastTransfers).toMatchObject({ decisions: 4, complete: false });
  });

  it('names a hundred tenants and counts the others', async () => {
    const { deps, decisions } = world();
    for (let n = 0; n < 130; n++)
      await decisions.record(decisionOf({ processorId: 'whatsapp-cloud', decisionId: `d-${n}`, tenantId: `t-${n}` }));
    const { tenants } = (await restrict(DESK, { ...US, dryRun: true }, deps)).view.impact;
    expect([tenants.count, tenants.ids.length]).toEqual([130, 100]);
  });
});

describe('closing one processor', () => {
  it.each(['processor', 'contract'] as const)('by a restriction of its %s touches it alone', async (kind) => {
    const { deps } = world();
    const { view } = await restrict(DESK, { ...US, scope: { kind, processorId: 'msg91' } }, deps);
    expect(view.impact.processors.map(({ processorId }) => processorId)).toEqual(['msg91']);
    // The last day of a contract is one on which it still counts.
    expect(view.restriction?.inForce).toBe(kind === 'processor');
  });

  it('refuses one that the register does not have in this stage', async () => {
    const { deps } = world();
    for (const processorId of ['nobody', 'sandbox-sms'])
      expect(await refusalOf(restrict(DESK, { ...US, scope: { kind: 'processor', processorId } }, deps))).toMatchObject(
        {
          status: 422,
          errors: [{ pointer: '/scope/processorId' }],
        },
      );
  });
});

describe('lifting a restriction', () => {
  it('needs two people, of whom the one who approved it may be one', async () => {
    const { memory, state, deps } = world();
    const id = idOf((await restrict(DESK, US, deps)).view);
    const first = await liftRestriction(DESK, id, 'counsel-3', deps);
    expect(first).toMatchObject({ state: 'standing', inForce: true, liftedAt: null });
    state.now = new Date('2026-12-03T00:00:00.000Z');
    const second = await liftRestriction(DESK, id, 'ciso-1', deps);
    expect(second).toMatchObject({
      state: 'lifted',
      inForce: false,
      liftedAt: '2026-12-03T00:00:00.000Z',
      liftApprovals: [
        { approver: 'counsel-3', at: NOW },
        { approver: 'ciso-1', at: '2026-12-03T00:00:00.000Z' },
      ],
    });
    const live = liveReader(memory.db, { transferTable: TABLE, controlTable: 'control' }, deps.clock, 30);
    expect((await live.facts('acme')).restrictions).toEqual([]);
    expect((await listRestrictions(DESK, deps)).items).toEqual([second]);
  });

  it.each(['counsel-7', 'COUNSEL-7'])('does not count the same person twice, as %s', async (again) => {
    const { deps } = world();
    const id = idOf((await restrict(DESK, US, deps)).view);
    await liftRestriction(DESK, id, 'counsel-7', deps);
    expect(await refusalOf(liftRestriction(DESK, id, again, deps))).toMatchObject({ status: 409 });
    expect((await listRestrictions(DESK, deps)).items).toMatchObject([{ state: 'standing' }]);
  });

  it('by two people at the same moment counts both, and by the same one at the same moment counts one', async () => {
    const { deps } = world();
    const id = idOf((await restrict(DESK, US, deps)).view);
    const same = await Promise.allSettled([1, 2].map(() => liftRestriction(DESK, id, 'counsel-7', deps)));
    expect(same.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const other = idOf((await restrict(DESK, { ...US, from: '2026-12-05' }, deps)).view);
    await Promise.all(['counsel-7', 'ciso-1'].map((approver) => liftRestriction(DESK, other, approver, deps)));
    const { items } = await listRestrictions(DESK, deps);
    expect(items.map(({ restrictionId, state }) => [restrictionId, state])).toEqual([
      [id, 'standing'],
      [other, 'lifted'],
    ]);
  });

  it('while another one is made loses neither', async () => {
    const { deps } = world();
    const id = idOf((await restrict(DESK, US, deps)).view);
    await liftRestriction(DESK, id, 'counsel-7', deps);
    const scope = { kind: 'processor', processorId: 'msg91' } as const;
    await Promise.all([liftRestriction(DESK, id, 'ciso-1', deps), restrict(DESK, { ...US, scope }, deps)]);
    const { items } = await listRestrictions(DESK, deps);
    expect(items.map(({ scope: { kind }, state }) => [kind, state])).toEqual([
      ['processor', 'standing'],
      ['country', 'lifted'],
    ]);
  });

  it('is over once it is lifted, and the same order can be given again', async () => {
    const { deps } = world();
    const id = idOf((await restrict(DESK, US, deps)).view);
    for (const approver of ['counsel-7', 'ciso-1']) await liftRestriction(DESK, id, approver, deps);
    const late = await refusalOf(liftRestriction(DESK, id, 'officer-1', deps));
    expect(late).toMatchObject({ status: 409, extra: { liftedAt: NOW } });
    expect((await restrict(DESK, US, deps)).created).toBe(true);
  });

  it('answers for one that nobody made that it is not there', async () => {
    const { deps } = world();
    const id = restrictionOf().restrictionId;
    expect(await refusalOf(liftRestriction(DESK, id, 'counsel-7', deps))).toMatchObject({ status: 404 });
  });
});

describe('who may restrict', () => {
  it.each([
    ['without the action', { ...DESK, actions: ['transfer:read'] } satisfies Caller],
    ['for some tenants only', { ...DESK, tenants: ['acme'] } satisfies Caller],
  ])('is no client %s, and nothing is changed or shown', async (_what, caller) => {
    const { memory, deps } = world();
    for (const call of [
      () => restrict(caller, US, deps),
      () => restrict(caller, { ...US, dryRun: true }, deps),
      () => liftRestriction(caller, restrictionOf().restrictionId, 'ciso-1', deps),
    ])
      expect(await refusalOf(call())).toMatchObject({ status: 403 });
    expect(memory.requests).toEqual([]);
  });

  it('and reading needs an action of its own', async () => {
    const { deps } = world();
    expect(await refusalOf(listRestrictions({ ...DESK, actions: ['transfer:restrict'] }, deps))).toMatchObject({
      status: 403,
    });
  });
});

describe('restrictions that stand', () => {
  it('are never fewer for one more, whatever is closed in whatever order', async () => {
    const order = fc.record({
      scope: fc.oneof(
        fc.record({ kind: fc.constant('country' as const), country: fc.constantFrom('US', 'SG', 'CN', 'GB') }),
        fc.record({
          kind: fc.constantFrom('processor' as const, 'contract' as const),
          processorId: fc.constantFrom(...processors.keys()),
        }),
      ),
      from: fc.constantFrom('2020-01-01', '2026-12-01', '2027-06-01'),
      authority: fc.constantFrom('G.S.R. 1(E)', 'G.S.R. 2(E)'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(order, { maxLength: 12 }), async (orders) => {
        const { memory, deps } = world();
        const live = () =>
          liveReader(memory.db, { transferTable: TABLE, controlTable: 'control' }, deps.clock, 30).facts('acme');
        let before = await live();
        for (const one of orders) {
          await restrict(DESK, { ...US, ...one }, deps);
          const after = await live();
          expect(after.restrictions).toEqual(expect.arrayContaining([...before.restrictions]));
          expect(after.restrictions).toContainEqual(expect.objectContaining(one));
          before = after;
        }
      }),
      { numRuns: 30 },
    );
  });

  it('are bounded in number, and one too many is refused loudly', async () => {
    const { memory, deps } = world();
    const records = Array.from({ length: MOST_STANDING }, (_, n) => restrictionOf({ authority: `Order ${n}` }));
    memory.put(TABLE, { pk: 'RESTRICT#standing', sk: 'all', records, revision: 9 });
    expect(await refusalOf(restrict(DESK, US, deps))).toMatchObject({ status: 409 });
  });

  it('that are not understood are an error, and are not overwritten', async () => {
    const { memory, deps } = world();
    const broken = { pk: 'RESTRICT#standing', sk: 'all', records: [{ country: 'US' }], revision: 1 };
    memory.put(TABLE, broken);
    await expect(restrict(DESK, US, deps)).rejects.toThrow();
    await expect(listRestrictions(DESK, deps)).rejects.toThrow();
    expect(memory.all(TABLE)).toEqual([broken]);
  });

  it('change only as they were read', async () => {
    const { memory, deps } = world();
    await restrict(DESK, US, deps);
    const stands = (await deps.restrictions.list())[0] ?? restrictionOf();
    await expect(deps.restrictions.update({ ...stands, version: 9 }, 8)).rejects.toThrow(StaleRecordError);
    memory.before = (name) => {
      if (name === 'TransactWriteCommand')
        memory.put(TABLE, { pk: 'RESTRICT#standing', sk: 'all', records: [], revision: 7 });
    };
    await expect(deps.restrictions.update({ ...stands, version: 2 }, 1)).rejects.toThrow(StaleRecordError);
  });
});

describe('the routes of restrictions', () => {
  const call = (method: string, resource: string, body?: unknown, id?: string) =>
    ({
      resource,
      httpMethod: method,
      headers: { 'content-type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
      pathParameters: id === undefined ? null : { id },
      requestContext: { requestId: 'r-1', authorizer: toContext(DESK) },
    }) as unknown as APIGatewayProxyEvent;
  const { dryRun: _, ...order } = US;

  it('preview with 200, close with 201, answer for the same with 200, list and lift', async () => {
    const { deps } = world();
    const answers = [];
    for (const body of [{ ...order, dryRun: true }, order, order])
      answers.push(await routeRestrictions(call('POST', '/v1/transfer-restrictions', body), deps));
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 201, 200]);
    const [preview, made] = answers.map(({ body }) => restrictedViewSchema.parse(JSON.parse(body)));
    expect(preview?.restriction).toBeNull();
    const list = await routeRestrictions(call('GET', '/v1/transfer-restrictions'), deps);
    expect(restrictionListSchema.parse(JSON.parse(list.body)).items).toEqual([made?.restriction]);
    const path = '/v1/transfer-restrictions/{id}/lift';
    const lift = await routeRestrictions(
      call('POST', path, { approver: 'ciso-1' }, made?.restriction?.restrictionId),
      deps,
    );
    expect(restrictionViewSchema.parse(JSON.parse(lift.body)).liftApprovals).toHaveLength(1);
  });

  it.each([
    ['a country in small letters', { ...order, scope: { kind: 'country', country: 'us' } }],
    ['a day that is none', { ...order, from: '2026-02-30' }],
    ['a day of another age', { ...order, from: '0001-01-01' }],
    ['an authority with an address in it', { ...order, authority: 'asha@example.com' }],
    ['a name as approver', { ...order, approver: 'Asha Roy' }],
    ['something unknown', { ...order, until: '2027-01-01' }],
  ])('refuse %s, and repeat nothing of it', async (_what, body) => {
    const { deps } = world();
    const refusal = await refusalOf(routeRestrictions(call('POST', '/v1/transfer-restrictions', body), deps));
    expect(refusal).toMatchObject({ status: 400 });
    expect(JSON.stringify(refusal)).not.toMatch(/asha/i);
    expect(restrictBodySchema.safeParse(body).success).toBe(false);
  });

  it('take no id of another form to the table', async () => {
    const { memory, deps } = world();
    const lift = call('POST', '/v1/transfer-restrictions/{id}/lift', { approver: 'ciso-1' }, 'standing');
    expect(await refusalOf(routeRestrictions(lift, deps))).toMatchObject({ status: 404 });
    expect(memory.requests).toEqual([]);
  });
});
