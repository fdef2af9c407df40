import type { APIGatewayProxyEvent, Context } from 'aws-lambda';
import type { Caller } from '../../../lambda/access/caller';
import { toContext } from '../../../lambda/access/caller';
import { createRequest } from '../../../lambda/erasure/service';
import { lookAtHolds } from '../../../lambda/holds/daily';
import type { PlaceBody } from '../../../lambda/holds/model';
import { routeHolds } from '../../../lambda/holds/routes';
import { getHold, type HoldServiceDeps, liftHold, listHolds, placeHold } from '../../../lambda/holds/service';
import { withProblems } from '../../../lambda/shared/http';
import { loadRegister } from '../../../policies/load';
import { ADMIN, ErasureHarness } from '../../support/erasure-harness';
import { Invocation, KilledError, NO_FAULTS } from '../../support/memory-cloud';
import { MemoryHolds } from '../../support/memory-holds';
import { Random } from '../../support/random';

const DESK: Caller = { clientName: 'legal-desk', actions: ['hold:place', 'hold:read', 'hold:lift'], tenants: 'all' };
const register = loadRegister();
const BODY: PlaceBody = {
  matter: 'CS(COMM) 114/2026',
  authority: 'High Court at Calcutta',
  scope: { tenantId: 'acme', subjectId: 'p1' },
  approver: 'counsel-3',
  reviewAt: '2027-03-01',
};

/** The service on memory, at a time that a test can set; `kill` is the chance that a call is its last. */
function world(now = '2026-11-22T06:00:00.000Z') {
  const memory = new MemoryHolds();
  const harness = new ErasureHarness(new Random(1), NO_FAULTS, { startAt: now });
  const state = { now: new Date(now) };
  const { requests, line } = harness.service();
  const deps = (kill = 0, random = new Random(1)): HoldServiceDeps => {
    const i = new Invocation(random, kill, () => undefined);
    const clock = { now: () => state.now };
    return { holds: memory.ledger(i), requests, line, outbox: memory.outbox(i), register, clock };
  };
  return { memory, harness, state, deps };
}

describe('placing a hold', () => {
  it('says who placed it and when, and asks for locks', async () => {
    const { memory, deps } = world();
    const { created, view } = await placeHold(DESK, 'matter-17', BODY, deps());
    expect(created).toBe(true);
    expect(view).toMatchObject({
      ...BODY,
      holdId: 'matter-17',
      state: 'standing',
      placedBy: 'legal-desk',
      placedAt: '2026-11-22T06:00:00.000Z',
      version: 1,
      objectLocks: 'pending',
      reviewDue: false,
      underWay: [],
    });
    expect(memory.messages).toEqual([
      { type: 'set-locks', tenantId: 'acme', holdId: 'matter-17', pass: '2026-11-22T06:00:00.000Z' },
    ]);
  });

  it('twice is once, even after the review day has gone by', async () => {
    const { memory, state, deps } = world();
    const first = await placeHold(DESK, 'matter-17', BODY, deps());
    state.now = new Date('2027-04-01T00:00:00.000Z');
    const again = await placeHold(DESK, 'matter-17', BODY, deps());
    expect(again.created).toBe(false);
    expect(again.view).toEqual({ ...first.view, reviewDue: true });
    expect(memory.history).toEqual([]);
  });

  it('again with other words changes it and keeps the words before', async () => {
    const { memory, deps } = world();
    await placeHold(DESK, 'matter-17', BODY, deps());
    const other = { ...BODY, approver: 'counsel-9', reviewAt: '2027-04-01' };
    const { created, view } = await placeHold({ ...DESK, clientName: 'desk-2' }, 'matter-17', other, deps());
    expect([created, view.version, view.approver, view.placedBy, view.changedBy]).toEqual([
      false,
      2,
      'counsel-9',
      'legal-desk',
      'desk-2',
    ]);
    expect(memory.history).toMatchObject([{ hold: { version: 1, approver: 'counsel-3' }, changedBy: 'legal-desk' }]);
  });

  it('many times at once makes one hold, and every other wording but the last is history', async () => {
    const { memory, deps } = world();
    const wordings = ['A', 'B', 'C'].map((matter) => ({ ...BODY, matter }));
    const answers = await Promise.all(wordings.map((body) => placeHold(DESK, 'matter-17', body, deps())));
    expect(answers.filter(({ created }) => created)).toHaveLength(1);
    expect(memory.rows.get('matter-17')?.hold.version).toBe(3);
    expect(memory.history.map(({ hold }) => hold.version)).toEqual([1, 2]);
  });

  it.each([
    ['another tenant', { tenantId: 'globex', subjectId: 'p1' }],
    ['another person', { tenantId: 'acme', subjectId: 'p2' }],
    ['everybody', { tenantId: 'acme' }],
    ['one class', { tenantId: 'acme', subjectId: 'p1', dataClass: 'exports' }],
  ])('cannot be turned into one about %s', async (_what, scope) => {
    const { deps } = world();
    await placeHold(DESK, 'matter-17', BODY, deps());
    const moved = placeHold(DESK, 'matter-17', { ...BODY, scope }, deps());
    await expect(moved).rejects.toMatchObject({ status: 409 });
  });

  it('is not possible under the id of one that was lifted', async () => {
    const { deps } = world();
    await placeHold(DESK, 'matter-17', BODY, deps());
    await liftHold(DESK, 'matter-17', 'counsel-3', deps());
    const again = placeHold(DESK, 'matter-17', BODY, deps());
    await expect(again).rejects.toMatchObject({ status: 409, extra: { liftedAt: '2026-11-22T06:00:00.000Z' } });
  });

  it.each([
    ['today', '2026-11-22'],
    ['the past', '2025-01-01'],
    ['too far ahead', '2027-05-22'],
    ['no day of the calendar', '2027-02-29'],
  ])('refuses a review day that is %s', async (_what, reviewAt) => {
    const { memory, deps } = world();
    const placing = placeHold(DESK, 'matter-17', { ...BODY, reviewAt }, deps());
    await expect(placing).rejects.toMatchObject({ status: 422, errors: [{ pointer: '/reviewAt' }] });
    expect(memory.rows.size).toBe(0);
  });

  it('takes the last possible review day, and counts days as India does', async () => {
    // 22:00 UTC on the 21st is the 22nd in India.
    const { deps } = world('2026-11-21T22:00:00.000Z');
    const at = (reviewAt: string) => placeHold(DESK, `matter-${reviewAt}`, { ...BODY, reviewAt }, deps());
    await expect(at('2026-11-22')).rejects.toMatchObject({ status: 422 });
    await expect(at('2026-11-23')).resolves.toMatchObject({ created: true });
    await expect(at('2027-05-21')).resolves.toMatchObject({ created: true });
    await expect(at('2027-05-22')).rejects.toMatchObject({ status: 422 });
  });

  it('refuses a class that the register does not know', async () => {
    const { deps } = world();
    const scope = { tenantId: 'acme', dataClass: 'crm-record' };
    const placing = placeHold(DESK, 'matter-17', { ...BODY, scope }, deps());
    await expect(placing).rejects.toMatchObject({ status: 422, errors: [{ pointer: '/scope/dataClass' }] });
  });

  it('names the requests that may have erased part of its scope', async () => {
    const { harness, deps } = world();
    harness.seed('acme', ['p1', 'p2'], 20);
    const { requestId } = await createRequest(
      ADMIN,
      'key-0001',
      harness.body({ scope: 'subject', tenantId: 'acme', subjectId: 'p1' }),
      harness.service(),
    );
    await harness.run(() => harness.erased('crm-records', { scope: 'tenant', tenantId: 'acme' }).length > 0);
    const { view } = await placeHold(DESK, 'matter-17', BODY, deps());
    expect(view.underWay).toEqual([
      { requestId, scope: 'subject', status: 'executing', firstDeletionAt: expect.stringMatching(/^2026-11-22T/) },
    ]);
  });

  it('that dies anywhere and is sent again has placed one hold and asked for locks', async () => {
    for (let seed = 1; seed <= 60; seed++) {
      const { memory, deps } = world();
      const random = new Random(seed);
      for (let n = 0, placed = false; !placed && n < 50; n++)
        placed = await placeHold(DESK, 'matter-17', BODY, deps(0.3, random)).then(
          () => true,
          (error: unknown) => {
            if (!(error instanceof KilledError)) throw error;
            return false;
          },
        );
      expect([memory.rows.size, memory.history.length, memory.messages.length > 0]).toEqual([1, 0, true]);
    }
  });
});

describe('lifting a hold', () => {
  it('says who lifted it and when, and asks for its locks to be released', async () => {
    const { memory, deps } = world();
    await placeHold(DESK, 'matter-17', BODY, deps());
    const view = await liftHold(DESK, 'matter-17', 'counsel-4', deps());
    expect(view).toMatchObject({
      state: 'lifted',
      objectLocks: 'releasing',
      lifted: { at: '2026-11-22T06:00:00.000Z', approver: 'counsel-4', by: 'legal-desk' },
    });
    expect(memory.messages).toHaveLength(2);
  });

  it('may be repeated: the first lifting stands, and the release is asked for again', async () => {
    const { memory, deps } = world();
    await placeHold(DESK, 'matter-17', BODY, deps());
    const first = await liftHold(DESK, 'matter-17', 'counsel-4', deps());
    expect(await liftHold(DESK, 'matter-17', 'counsel-5', deps())).toEqual(first);
    expect(memory.messages).toHaveLength(3);
  });

  it('and changing at once both succeed or the change is refused, and it ends lifted', async () => {
    const { deps } = world();
    await placeHold(DESK, 'matter-17', BODY, deps());
    const [change] = await Promise.allSettled([
      placeHold(DESK, 'matter-17', { ...BODY, matter: 'Other' }, deps()),
      liftHold(DESK, 'matter-17', 'counsel-4', deps()),
    ]);
    if (change.status === 'rejected') expect(change.reason).toMatchObject({ status: 409 });
    expect(await getHold(DESK, 'matter-17', deps())).toMatchObject({ state: 'lifted' });
  });
});

describe('reading holds', () => {
  it('answers for an unknown hold and for somebody else’s in the same way', async () => {
    const { deps } = world();
    await placeHold(DESK, 'matter-17', BODY, deps());
    const stranger: Caller = { ...DESK, tenants: ['globex'] };
    for (const call of [
      (id: string) => getHold(stranger, id, deps()),
      (id: string) => liftHold(stranger, id, 'counsel-3', deps()),
    ]) {
      const foreign = await call('matter-17').catch((error: Error) => error);
      expect(foreign).toEqual(await call('matter-18').catch((error: Error) => error));
      expect(foreign).toMatchObject({ status: 404 });
    }
    const taking = placeHold(stranger, 'matter-17', { ...BODY, scope: { tenantId: 'globex' } }, deps());
    await expect(taking).rejects.toMatchObject({ status: 409, detail: 'The id is in use. Choose another one.' });
  });

  it('lists a tenant’s holds page by page, lifted ones included, and nobody else’s', async () => {
    const { deps } = world();
    for (const id of ['m-3', 'm-1', 'm-2']) await placeHold(DESK, id, BODY, deps());
    await placeHold(DESK, 'm-4', { ...BODY, scope: { tenantId: 'globex' } }, deps());
    await liftHold(DESK, 'm-1', 'counsel-3', deps());
    const first = await listHolds(DESK, { tenantId: 'acme', limit: 2 }, deps());
    expect(first.items.map(({ holdId, state }) => [holdId, state])).toEqual([
      ['m-1', 'lifted'],
      ['m-2', 'standing'],
    ]);
    const second = await listHolds(DESK, { tenantId: 'acme', limit: 2, cursor: first.nextCursor ?? '' }, deps());
    expect(second).toMatchObject({ items: [{ holdId: 'm-3' }], nextCursor: null });
  });

  it.each([
    ['place', (caller: Caller, deps: HoldServiceDeps) => placeHold(caller, 'm-1', BODY, deps)],
    ['read', (caller: Caller, deps: HoldServiceDeps) => getHold(caller, 'm-1', deps)],
    ['list', (caller: Caller, deps: HoldServiceDeps) => listHolds(caller, { tenantId: 'acme', limit: 1 }, deps)],
    ['lift', (caller: Caller, deps: HoldServiceDeps) => liftHold(caller, 'm-1', 'counsel-3', deps)],
  ])('and each other call asks for an action of its own: %s', async (_what, call) => {
    const { deps } = world();
    await expect(call({ ...DESK, actions: ['erasure:read'] }, deps())).rejects.toMatchObject({ status: 403 });
  });
});

describe('the daily look', () => {
  it('counts the holds whose review day has come in India, and sends all open ones to be locked', async () => {
    const { memory, deps } = world();
    for (const [id, reviewAt] of [
      ['m-1', '2026-12-01'],
      ['m-2', '2026-12-02'],
      ['m-3', '2026-12-01'],
    ] as const)
      await placeHold(DESK, id, { ...BODY, reviewAt }, deps());
    await liftHold(DESK, 'm-3', 'counsel-3', deps());
    memory.messages.length = 0;
    const look = (at: string) =>
      lookAtHolds({ holds: memory.open(), outbox: deps().outbox, clock: { now: () => new Date(at) } });
    expect(await look('2026-11-30T18:29:59.999Z')).toEqual({ standing: 2, overdue: 0, unreleased: 1 });
    expect(await look('2026-11-30T18:30:00.000Z')).toEqual({ standing: 2, overdue: 1, unreleased: 1 });
    expect(memory.messages.map(({ holdId }) => holdId)).toEqual(['m-1', 'm-2', 'm-3', 'm-1', 'm-2', 'm-3']);
  });
});

describe('the routes of holds', () => {
  const silent = { info: () => undefined, error: () => undefined };
  async function call(
    method: string,
    id: string | null,
    more: { body?: unknown; query?: Record<string, string> } = {},
  ) {
    const { deps } = world();
    const event = {
      httpMethod: method,
      resource: id === null ? '/v1/legal-holds' : '/v1/legal-holds/{id}',
      pathParameters: id === null ? null : { id },
      queryStringParameters: more.query ?? null,
      headers: { 'content-type': 'application/json' },
      body: more.body === undefined ? null : JSON.stringify(more.body),
      requestContext: { requestId: 'r-1', authorizer: toContext(DESK) },
    } as unknown as APIGatewayProxyEvent;
    const answer = await withProblems(silent, (e) => routeHolds(e, deps()))(event, {} as Context);
    return { status: answer.statusCode, text: answer.body, location: answer.headers?.location };
  }

  it('answer 201 to a new hold and say where it is', async () => {
    expect(await call('PUT', 'matter-17', { body: BODY })).toMatchObject({
      status: 201,
      location: '/v1/legal-holds/matter-17',
    });
  });

  it.each([
    ['an id with a space', 'PUT', 'matter 17', { body: BODY }, 400],
    ['a phone number as id', 'PUT', '9830012345', { body: BODY }, 400],
    ['an unknown field', 'PUT', 'm-1', { body: { ...BODY, until: '2027-01-01' } }, 400],
    ['an e-mail address as matter', 'PUT', 'm-1', { body: { ...BODY, matter: 'a@example.in' } }, 400],
    ['no approver', 'PUT', 'm-1', { body: { ...BODY, approver: undefined } }, 400],
    ['an instant as review day', 'PUT', 'm-1', { body: { ...BODY, reviewAt: '2027-03-01T00:00:00Z' } }, 400],
    ['no tenant in the scope', 'PUT', 'm-1', { body: { ...BODY, scope: { subjectId: 'p1' } } }, 400],
    ['a lifting without an approver', 'DELETE', 'm-1', {}, 400],
    ['a lifting with a reason', 'DELETE', 'm-1', { query: { approver: 'c-1', reason: 'done' } }, 400],
    ['an id that no hold can have', 'GET', 'a/b', {}, 404],
    ['a list of no tenant', 'GET', null, {}, 400],
    ['a list with a bad cursor', 'GET', null, { query: { tenantId: 'acme', cursor: '#' } }, 400],
    ['a method that is not served', 'POST', 'm-1', {}, 405],
  ])('refuse %s', async (_what, method, id, more, status) => {
    const answer = await call(method, id, more);
    expect(answer.status).toBe(status);
    expect(answer.text).not.toContain('a@example.in');
  });
});
