import type { Caller } from '../../../lambda/access/caller';
import { createRequest } from '../../../lambda/erasure/service';
import { instant } from '../../../lambda/shared/clock';
import { restore } from '../../../lambda/termination/restore';
import { getTermination, terminate } from '../../../lambda/termination/service';
import { CRM, TerminationHarness } from '../../support/termination-harness';

describe('ending a contract', () => {
  it('answers the same key and body with the same termination, however often and at once', async () => {
    const machine = new TerminationHarness();
    const body = machine.body();
    const views = await Promise.all(Array.from({ length: 5 }, () => machine.terminate('acme', 'key-1', body)));
    expect(new Set(views.map((view) => view.terminationId)).size).toBe(1);
    await machine.hours(1);
    expect(machine.asks).toHaveLength(3);
  });

  it('refuses the same key with another body or for another tenant, and changes nothing', async () => {
    const machine = new TerminationHarness();
    const body = machine.body();
    await machine.terminate('acme', 'key-1', body);
    const conflict = { type: 'idempotency-conflict', status: 409 };
    await expect(machine.terminate('acme', 'key-1', { ...body, reason: 'court-order' })).rejects.toMatchObject(
      conflict,
    );
    await expect(machine.terminate('globex', 'key-1', body)).rejects.toMatchObject(conflict);
    expect(machine.terminations.rows.size).toBe(1);
  });

  it('does not start the clock again when it is sent with another key', async () => {
    const machine = new TerminationHarness();
    const first = await machine.terminate('acme', 'key-1');
    await machine.days(30);
    const second = await machine.terminate('acme', 'key-2');
    expect(second).toMatchObject({ terminationId: first.terminationId, eraseAt: first.eraseAt });
    // The second key stands for what it was answered with.
    await expect(machine.terminate('acme', 'key-2', machine.body({ reason: 'court-order' }))).rejects.toMatchObject({
      type: 'idempotency-conflict',
    });
    await machine.days(70);
    expect((await machine.terminate('acme', 'key-3')).state).toBe('ERASED');
  });

  it('begins a new window after a restore, and still answers the old key with the old termination', async () => {
    const machine = new TerminationHarness();
    const body = machine.body();
    const first = await machine.terminate('acme', 'key-1', body);
    await machine.days(10);
    await machine.restore('acme');
    await machine.hours(1);
    const second = await machine.terminate('acme', 'key-2');
    expect(second.terminationId).not.toBe(first.terminationId);
    expect(second.terminatedAt > first.terminatedAt).toBe(true);
    const again = await machine.terminate('acme', 'key-1', body);
    expect(again).toMatchObject({ terminationId: first.terminationId, state: 'RESTORED' });
    await machine.days(90);
    expect(machine.record('acme')).toMatchObject({ terminationId: second.terminationId, state: 'ERASED' });
  });

  it('is refused while the tenant is being restored', async () => {
    const machine = new TerminationHarness();
    await machine.terminate('acme', 'key-1');
    await machine.hours(1);
    machine.storesWork = false;
    await machine.restore('acme');
    await expect(machine.terminate('acme', 'key-2')).rejects.toMatchObject({ status: 409 });
  });

  it.each([
    ['a tenant of somebody else', { tenants: ['globex'] }, {}, 403],
    ['a client that may only read', { actions: ['tenant:read'] as Caller['actions'] }, {}, 403],
    ['a reason that is not registered', {}, { reason: 'because' }, 422],
    ['the word of an intern', {}, { role: 'intern' }, 403],
    ['a password alone', {}, { authentication: 'password' }, 403],
    ['an instruction from the future', {}, { at: '2031-01-01T00:00:00Z' }, 422],
    ['an instruction of last year', {}, { at: '2025-01-01T00:00:00Z' }, 422],
    ['a last use in the future', {}, { lastProcessedAt: '2031-01-01T00:00:00Z' }, 422],
  ])('refuses %s', async (_what, caller, change, status) => {
    const machine = new TerminationHarness();
    const { reason, lastProcessedAt, ...instruction } = change as { reason?: string; lastProcessedAt?: string };
    const body = machine.body();
    const changed = {
      ...body,
      ...(reason && { reason }),
      ...(lastProcessedAt && { lastProcessedAt }),
      instruction: { ...body.instruction, ...instruction },
    };
    const call = terminate({ ...CRM, ...caller }, 'acme', 'key-1', changed, machine.apiDeps());
    await expect(call).rejects.toMatchObject({ status });
    expect(machine.terminations.rows.size).toBe(0);
  });
});

describe('reading', () => {
  it('knows nothing of a tenant that was never terminated, or that the client may not see', async () => {
    const machine = new TerminationHarness();
    await machine.terminate('acme');
    await expect(getTermination(CRM, 'globex', machine.apiDeps())).rejects.toMatchObject({ status: 404 });
    const stranger: Caller = { ...CRM, tenants: ['globex'] };
    await expect(getTermination(stranger, 'acme', machine.apiDeps())).rejects.toMatchObject({ status: 403 });
  });
});

describe('restoring', () => {
  it('is refused with the time of the first deletion once the erasure has begun', async () => {
    const machine = new TerminationHarness();
    await machine.terminate('acme');
    await machine.days(90);
    await machine.hours(1);
    const { requestId } = machine.record('acme');
    const line = await machine.restoreDeps().line.read(requestId ?? '');
    expect(line.state).toBe('crossed');
    await expect(machine.restore('acme')).rejects.toMatchObject({
      status: 409,
      extra: { firstDeletionAt: line.state === 'crossed' && line.at },
    });
  });

  it('cancels an erasure that was asked for and has not begun', async () => {
    const machine = new TerminationHarness();
    machine.engine = 'sleep';
    await machine.terminate('acme');
    await machine.days(90);
    expect(machine.record('acme').state).toBe('CEASED');
    await machine.restore('acme');
    const { requestId } = machine.record('acme');
    machine.answer(requestId ?? '', 'complete');
    await machine.hours(1);
    expect(machine.request('acme')?.status).toBe('cancelled');
    // S3 may have begun to clear away what was hidden 89 days ago.
    expect(machine.record('acme')).toMatchObject({ state: 'RESTORED', alarms: ['restored-after-net'] });
  });

  it('is refused when an earlier attempt has deleted something, though the present one has not', async () => {
    const machine = new TerminationHarness();
    machine.engine = 'fail';
    await machine.terminate('acme');
    await machine.until('2027-02-20T00:30:00.000Z');
    machine.engine = 'sleep';
    await machine.hours(2);
    expect(machine.record('acme')).toMatchObject({ state: 'CEASED', attempt: 2 });
    await expect(machine.restore('acme')).rejects.toMatchObject({
      status: 409,
      extra: { firstDeletionAt: expect.any(String) },
    });
  });

  it('is refused when the tenant asked for an earlier erasure that has begun, and while one is confirmed', async () => {
    const machine = new TerminationHarness();
    await machine.terminate('acme');
    await machine.days(5);
    const early = await earlyErasure(machine);
    await expect(machine.restore('acme')).rejects.toMatchObject({ status: 409, extra: { requestId: early } });
    machine.control.crossNow(early, machine.now());
    await expect(machine.restore('acme')).rejects.toMatchObject({
      status: 409,
      extra: { firstDeletionAt: instant(machine.now()) },
    });
  });

  it('answers again while it is under way, and has nothing to do afterwards', async () => {
    const machine = new TerminationHarness();
    await expect(machine.restore('acme')).rejects.toMatchObject({ status: 404 });
    await machine.terminate('acme');
    await machine.hours(1);
    await machine.restore('acme');
    expect(await machine.restore('acme')).toMatchObject({ state: 'RESTORING' });
    await machine.hours(1);
    await expect(machine.restore('acme')).rejects.toMatchObject({ status: 409 });
  });

  it.each([
    ['a tenant of somebody else', { tenants: ['globex'] }, {}, 403],
    ['a client that may only terminate', { actions: ['tenant:terminate'] as Caller['actions'] }, {}, 403],
    ['the word of an intern', {}, { role: 'intern' }, 403],
    ['a login by password alone', {}, { authentication: 'password' }, 403],
    ['an old instruction', {}, { at: '2025-01-01T00:00:00Z' }, 422],
  ])('refuses %s', async (_what, caller, change, status) => {
    const machine = new TerminationHarness();
    await machine.terminate('acme');
    const body = { cause: 'login' as const, instruction: { ...machine.instruction(), ...change } };
    await expect(restore({ ...CRM, ...caller }, 'acme', body, machine.restoreDeps())).rejects.toMatchObject({ status });
    expect(machine.record('acme').state).toBe('RECOVERABLE');
  });
});

/** A confirmed request of the tenant itself, as the erasure API leaves it. */
async function earlyErasure(machine: TerminationHarness): Promise<string> {
  const i = machine.invocation(0);
  const { register, clock } = machine.apiDeps();
  const { requestId } = await createRequest(
    { clientName: 'crm', actions: ['erasure:request'], tenants: 'all' },
    'early',
    { scope: 'tenant', tenantId: 'acme', reason: 'tenant-request', instruction: machine.instruction() },
    {
      requests: machine.control.requests(i),
      plans: machine.control.plans(i),
      work: machine.control.steps(i),
      verifications: machine.control.verifications(i),
      line: machine.control.line(i),
      certificates: machine.control.certificates(i),
      proofs: { withProof: async () => undefined },
      outbox: { send: () => Promise.resolve() },
      rules: register.erasure,
      coolingOffMs: 0,
      clock,
    },
  );
  const row = machine.control.requestRows.get(requestId);
  if (row !== undefined)
    machine.control.requestRows.set(requestId, { ...row, record: { ...row.record, status: 'confirmed' } });
  return requestId;
}
