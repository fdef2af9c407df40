import { METRIC } from '../../../lambda/shared/names';
import { advance } from '../../../lambda/termination/keeper';
import { getTermination, terminate } from '../../../lambda/termination/service';
import { CRM, STORE_IDS, TerminationHarness } from '../../support/termination-harness';

/** Terminated on 22 November 2026 at 10:17 UTC, so the erasure may begin on 20 February 2027 at midnight UTC. */
const DAY_82_EVENING = '2027-02-12T22:30:00.000Z';
const DAY_87_EVENING = '2027-02-17T22:30:00.000Z';
const DAY_89 = '2027-02-19T12:00:00.000Z';
const DAY_90 = '2027-02-20T10:17:03.123Z';

describe('a terminated tenant', () => {
  it('is hidden at once, warned on day 83 and 88, erased by day 90, and proven when the last backup is gone', async () => {
    const machine = new TerminationHarness();
    const first = await machine.terminate('acme');
    expect(first).toMatchObject({ state: 'RECOVERABLE', eraseAt: '2027-02-20T00:00:00.000Z', promiseEndsAt: DAY_90 });
    await machine.hours(1);
    expect(machine.record('acme')).toMatchObject({ hidden: true, schedules: 'set', alarms: [] });
    expect(machine.asks.map(({ type, storeId }) => [type, storeId])).toEqual(STORE_IDS.map((id) => ['hide', id]));

    await machine.until('2027-02-12T21:59:00.000Z');
    expect(machine.notices).toEqual([]);
    await machine.until(DAY_82_EVENING);
    expect(machine.notices).toEqual([
      expect.objectContaining({
        tenantId: 'acme',
        kind: 'seven-days',
        daysLeft: 7,
        eraseAt: '2027-02-20T00:00:00.000Z',
        restorePath: '/v1/tenants/acme/termination/restore',
      }),
    ]);
    await machine.until(DAY_87_EVENING);
    expect(machine.notices[1]).toMatchObject({
      kind: 'forty-eight-hours',
      hoursLeft: 49,
      citations: [expect.stringContaining('rule 8(2)')],
    });

    await machine.until('2027-02-19T23:59:00.000Z');
    expect(machine.record('acme').state).toBe('RECOVERABLE');
    await machine.until(DAY_90);
    expect(machine.record('acme')).toMatchObject({ state: 'ERASED', backupsLapseOn: '2027-03-29', alarms: [] });
    expect(machine.request('acme')).toMatchObject({ scope: 'tenant', reason: 'contract-ended', status: 'completed' });

    await machine.until('2027-03-28T18:29:00.000Z');
    expect(machine.record('acme').state).toBe('ERASED');
    await machine.days(1);
    expect(machine.record('acme')).toMatchObject({ state: 'PROVEN', dueAt: null });
    expect(machine.states.map((event) => event.state)).toEqual(['RECOVERABLE', 'CEASED', 'ERASED', 'PROVEN']);
    expect(machine.metric(METRIC.terminationsMissed)).toBe(0);
  });

  it('is back when it restores on day 89, and nothing is erased afterwards', async () => {
    const machine = new TerminationHarness();
    await machine.terminate('acme');
    await machine.until(DAY_89);
    expect(await machine.restore('acme')).toMatchObject({ state: 'RESTORING' });
    await machine.hours(1);
    expect(machine.record('acme')).toMatchObject({ state: 'RESTORED', restoreCause: 'restore', restoredBy: 'user-17' });
    expect(machine.asks.filter(({ type }) => type === 'reveal').map(({ storeId }) => storeId)).toEqual(STORE_IDS);
    expect(machine.schedules.size).toBe(0);
    await machine.days(30);
    expect(machine.control.requestRows.size).toBe(0);
    expect(machine.record('acme').state).toBe('RESTORED');
  });

  it('is restored by a login as well', async () => {
    const machine = new TerminationHarness();
    await machine.terminate('acme');
    await machine.days(3);
    await machine.restore('acme', 'login');
    await machine.hours(1);
    expect(machine.record('acme')).toMatchObject({ state: 'RESTORED', restoreCause: 'login' });
  });

  it('waits in the vault while a law keeps something, and is erased when that ends', async () => {
    const machine = new TerminationHarness();
    machine.engine = 'defer';
    await machine.terminate('acme');
    await machine.until(DAY_90);
    expect(machine.record('acme')).toMatchObject({ state: 'VAULT', until: '2028-02-22', alarms: [] });
    const { requestId } = machine.record('acme');
    await machine.until('2028-02-22T00:00:00.000Z');
    expect(machine.record('acme').state).toBe('VAULT');
    machine.answer(requestId ?? '', 'complete');
    await machine.hours(1);
    expect(machine.record('acme').state).toBe('ERASED');
  });

  it('says why it is still there while a legal hold keeps it, and goes when the hold is lifted', async () => {
    const machine = new TerminationHarness();
    machine.engine = 'hold';
    await machine.terminate('acme');
    await machine.days(100);
    expect(machine.record('acme')).toMatchObject({ state: 'CEASED', reasons: [{ code: 'held' }], alarms: [] });
    machine.answer(machine.record('acme').requestId ?? '', 'complete');
    await machine.hours(1);
    expect(machine.record('acme')).toMatchObject({ state: 'ERASED', reasons: [] });
  });

  it('is tried again, ever more slowly, when the erasure fails, and a person is told', async () => {
    const machine = new TerminationHarness();
    machine.engine = 'fail';
    await machine.terminate('acme');
    await machine.until('2027-02-20T12:00:00.000Z');
    const failing = machine.record('acme');
    expect(failing).toMatchObject({
      state: 'CEASED',
      alarms: ['erasure-failed', 'erasure-late'],
      reasons: [{ code: 'stalled' }],
    });
    expect(failing.attempt).toBeGreaterThan(2);
    expect(failing.attempt).toBeLessThan(6);
    expect(new Set([...failing.pastRequestIds, failing.requestId]).size).toBe(failing.attempt);
    machine.engine = 'complete';
    await machine.days(2);
    expect(machine.record('acme').state).toBe('ERASED');
    expect(machine.metric(METRIC.terminationAlarms)).toBe(2);
  });

  it('makes no second attempt once data is sealed, since nobody else could find it', async () => {
    const machine = new TerminationHarness();
    machine.engine = 'defer';
    await machine.terminate('acme');
    await machine.until(DAY_90);
    machine.answer(machine.record('acme').requestId ?? '', 'fail');
    await machine.days(3);
    expect(machine.record('acme')).toMatchObject({ state: 'VAULT', attempt: 1, alarms: ['vault-erasure-failed'] });
  });

  it('is shown to those who may read it, with the way back while there is one', async () => {
    const machine = new TerminationHarness();
    await machine.terminate('acme');
    const deps = machine.apiDeps();
    const view = await getTermination(CRM, 'acme', deps);
    expect(view).toMatchObject({ restorableUntil: '2027-02-20T00:00:00.000Z', requestId: null });
    expect(view.links.restore).toBe('/v1/tenants/acme/termination/restore');
    await machine.until(DAY_90);
    const after = await getTermination(CRM, 'acme', deps);
    expect(after).toMatchObject({ state: 'ERASED', restorableUntil: null, links: { restore: null } });
    expect(after.links.erasureRequest).toBe(`/v1/erasure-requests/${after.requestId}`);
  });
});

describe('what goes wrong on the way', () => {
  it('asks a store again that has not answered for an hour, and alarms when it takes long', async () => {
    const machine = new TerminationHarness();
    machine.storesWork = false;
    await machine.terminate('acme');
    await machine.hours(8);
    expect(machine.record('acme')).toMatchObject({ hidden: false, alarms: ['hiding-late'] });
    expect(machine.asks.length).toBeGreaterThan(STORE_IDS.length);
    machine.storesWork = true;
    await machine.hours(3);
    expect(machine.record('acme').hidden).toBe(true);
  });

  it('acts through the sweeper when no schedule ever fires, and counts it', async () => {
    const machine = new TerminationHarness();
    machine.schedulesFire = false;
    await machine.terminate('acme');
    await machine.until('2027-02-20T03:00:00.000Z');
    expect(machine.notices.map((notice) => notice.kind)).toEqual(['seven-days', 'forty-eight-hours']);
    expect(machine.record('acme')).toMatchObject({ state: 'ERASED', alarms: [] });
    expect(machine.metric(METRIC.terminationsMissed)).toBe(3);
    expect(machine.metric(METRIC.noticesLate)).toBe(0);
  });

  it('goes on without schedules where they cannot be made, and says so', async () => {
    const machine = new TerminationHarness();
    machine.schedulesTake = false;
    await machine.terminate('acme');
    await machine.until(DAY_90);
    expect(machine.record('acme')).toMatchObject({
      state: 'ERASED',
      schedules: 'failed',
      alarms: ['schedules-failed'],
    });
  });

  it('finds a termination whose very first message was lost', async () => {
    const machine = new TerminationHarness();
    const deps = machine.apiDeps();
    const lost = { ...deps, outbox: { tick: () => Promise.reject(new Error('lost')) } };
    await expect(terminate(CRM, 'acme', 'key-1', machine.body(), lost)).rejects.toThrow('lost');
    await machine.hours(3);
    expect(machine.record('acme').hidden).toBe(true);
    expect(machine.metric(METRIC.terminationsMissed)).toBe(0);
  });

  it('puts the erasure off until the last warning is 48 hours old, when warnings went out late', async () => {
    const machine = new TerminationHarness();
    await machine.terminate('acme');
    await machine.hours(1);
    machine.keeperWorks = false;
    await machine.until('2027-02-19T06:00:00.000Z');
    machine.keeperWorks = true;
    await machine.hours(1);
    expect(machine.notices.map((notice) => notice.hoursLeft)).toEqual([48, 48]);
    expect(machine.record('acme').alarms).toEqual(['notice-late']);
    expect(machine.metric(METRIC.noticesLate)).toBe(2);
    const warnedAt = Date.parse(machine.record('acme').notices[1]?.sentAt ?? '');
    await machine.until(new Date(warnedAt + 47.9 * 3_600_000).toISOString());
    expect(machine.record('acme').state).toBe('RECOVERABLE');
    await machine.hours(3);
    expect(machine.record('acme').state).toBe('ERASED');
    expect(machine.record('acme').alarms).toEqual(['notice-late', 'erasure-late']);
  });

  it('ignores ticks of a termination that was taken back', async () => {
    const machine = new TerminationHarness();
    await machine.terminate('acme');
    await machine.hours(1);
    const old = machine.record('acme').terminationId;
    await machine.restore('acme');
    await machine.hours(1);
    await machine.terminate('acme', 'key-2');
    await machine.hours(1);
    const before = machine.record('acme');
    expect(before.terminationId).not.toBe(old);
    const observedAt = '2030-01-01T00:00:00.000Z';
    await advance({ type: 'tick', tenantId: 'acme', terminationId: old, observedAt }, machine.keeperDeps());
    expect(machine.record('acme')).toEqual(before);
  });
});
