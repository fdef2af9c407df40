import type { Caller } from '../../../lambda/access/caller';
import {
  cancelRequest,
  confirmRequest,
  createRequest,
  getCertificate,
  getPlan,
  getRequest,
  listRequests,
} from '../../../lambda/erasure/service';
import { hashOf } from '../../../lambda/shared/canonical';
import { ADMIN, ErasureHarness } from '../../support/erasure-harness';
import { NO_FAULTS } from '../../support/memory-cloud';
import { Random } from '../../support/random';

const TENANT = { scope: 'tenant', tenantId: 'acme' } as const;
const SUBJECT = { scope: 'subject', tenantId: 'acme', subjectId: 's1' } as const;
const BY = { by: 'user-18' };

function harnessWith(options?: { coolingOffMs?: number; startAt?: string }) {
  const harness = new ErasureHarness(new Random(7), NO_FAULTS, options);
  harness.seed('acme', ['s1', 's2'], 10);
  harness.seed('globex', ['s1'], 10);
  return { harness, service: harness.service() };
}

async function planned(options?: { coolingOffMs?: number }) {
  const { harness, service } = harnessWith(options);
  const { requestId } = await createRequest(ADMIN, 'key-0001', harness.body(TENANT), service);
  await harness.run(() => harness.control.requestRows.get(requestId)?.record.status === 'planned');
  const { planHash, plan } = await getPlan(ADMIN, requestId, service);
  return { harness, service, requestId, planHash, plan };
}

describe('creating a request', () => {
  it('answers the same key and body with the same request, however often and at once', async () => {
    const { harness, service } = harnessWith();
    const body = harness.body(SUBJECT);
    const views = await Promise.all(Array.from({ length: 5 }, () => createRequest(ADMIN, 'key-0001', body, service)));
    expect(new Set(views.map((view) => view.requestId)).size).toBe(1);
    expect(harness.control.requestRows.size).toBe(1);
  });

  it('refuses the same key with another body, and changes nothing', async () => {
    const { harness, service } = harnessWith();
    await createRequest(ADMIN, 'key-0001', harness.body(SUBJECT), service);
    const other = harness.body({ ...SUBJECT, subjectId: 's2' });
    await expect(createRequest(ADMIN, 'key-0001', other, service)).rejects.toMatchObject({
      type: 'idempotency-conflict',
    });
    expect(harness.control.requestRows.size).toBe(1);
  });

  it('still answers a repeated call when its instruction has grown too old for a new one', async () => {
    const { harness, service } = harnessWith();
    const body = harness.body(SUBJECT);
    const first = await createRequest(ADMIN, 'key-0001', body, service);
    harness.advanceHours(24 * 60);
    const again = await createRequest(ADMIN, 'key-0001', body, service);
    expect(again.requestId).toBe(first.requestId);
    await expect(createRequest(ADMIN, 'key-0002', body, service)).rejects.toMatchObject({ status: 422 });
  });

  it('keeps two clients that use the same key apart', async () => {
    const { harness, service } = harnessWith();
    const body = harness.body(SUBJECT);
    const mine = await createRequest(ADMIN, 'key-0001', body, service);
    const theirs = await createRequest({ ...ADMIN, clientName: 'sandbox' }, 'key-0001', body, service);
    expect(theirs.requestId).not.toBe(mine.requestId);
  });

  it.each([
    ['a tenant of somebody else', { tenants: ['globex'] }, SUBJECT, {}, 403],
    ['a client that may only read', { actions: ['erasure:read'] as Caller['actions'] }, SUBJECT, {}, 403],
    ['a reason that is not registered', {}, SUBJECT, { reason: 'because' }, 422],
    ['a whole tenant on the word of an intern', {}, TENANT, { role: 'intern' }, 403],
    ['a whole tenant on a password alone', {}, TENANT, { authentication: 'password' }, 403],
    ['an instruction from the future', {}, SUBJECT, { at: '2031-01-01T00:00:00Z' }, 422],
  ])('refuses %s', async (_what, caller, target, change, status) => {
    const { harness, service } = harnessWith();
    const body = harness.body(target);
    const { reason = body.reason, ...instruction } = change as { reason?: string };
    const changed = { ...body, reason, instruction: { ...body.instruction, ...instruction } };
    await expect(createRequest({ ...ADMIN, ...caller }, 'key-0001', changed, service)).rejects.toMatchObject({
      status,
    });
    expect(harness.control.requestRows.size).toBe(0);
  });
});

describe('the request’s hash', () => {
  it('is the same for two people, so that nobody can be found by trying', async () => {
    const { harness, service } = harnessWith();
    const body = harness.body(SUBJECT);
    const one = await createRequest(ADMIN, 'key-0001', body, service);
    const two = await createRequest(ADMIN, 'key-0002', { ...body, subjectId: 's2' }, service);
    expect(two.requestHash).toBe(one.requestHash);
  });
});

describe('the plan', () => {
  it('counts what is there, names no subject, and is what its hash says', async () => {
    const { harness, plan, planHash } = await planned();
    expect(hashOf(plan)).toBe(planHash);
    for (const store of plan.stores) {
      const counted = Object.values(store.counts).reduce((a, b) => a + b, 0);
      expect(counted).toBe(harness.remaining(store.storeId, TENANT).length);
      expect(store.decision.rules.length).toBeGreaterThan(0);
    }
    expect(JSON.stringify(plan)).not.toMatch(/s1|s2/);
  });

  it('calls it a finding when nothing is there', async () => {
    const { harness, service } = harnessWith();
    const nobody = harness.body({ ...SUBJECT, subjectId: 'nobody' }, { dryRun: true });
    const { requestId } = await createRequest(ADMIN, 'key-0001', nobody, service);
    await harness.run();
    const { plan } = await getPlan(ADMIN, requestId, service);
    // What the tenant shares may hold anybody, so exports alone are not nothing.
    const counts = plan.stores.filter((s) => s.storeId !== 'exports').flatMap((s) => Object.values(s.counts));
    expect(counts.every((count) => count === 0)).toBe(true);
  });

  it('is where a dry run ends, and with it the subject id', async () => {
    const { harness, service } = harnessWith();
    const { requestId } = await createRequest(ADMIN, 'key-0001', harness.body(SUBJECT, { dryRun: true }), service);
    await harness.run();
    expect(harness.control.requestRows.get(requestId)?.record.subjectId).toBeUndefined();
  });

  it('is where a dry run ends: nothing is erased, and nothing can be confirmed', async () => {
    const { harness, service } = harnessWith();
    const body = harness.body(TENANT, { dryRun: true });
    const { requestId } = await createRequest(ADMIN, 'key-0001', body, service);
    await harness.run();
    const view = await getRequest(ADMIN, requestId, service);
    expect(view).toMatchObject({ status: 'planned', dryRun: true });
    const confirming = confirmRequest(ADMIN, requestId, { planHash: view.planHash ?? '', ...BY }, service);
    await expect(confirming).rejects.toMatchObject({ status: 409 });
    expect(harness.erased('crm-records', TENANT)).toEqual([]);
  });
});

describe('confirming', () => {
  it('is needed before a tenant is erased', async () => {
    const { harness, service, requestId } = await planned();
    await harness.run(undefined, 48);
    expect(await getRequest(ADMIN, requestId, service)).toMatchObject({ status: 'planned' });
    expect(harness.erased('customer-files', TENANT)).toEqual([]);
  });

  it('takes no other hash than the plan’s', async () => {
    const { service, requestId } = await planned();
    const wrong = { planHash: 'f'.repeat(64), ...BY };
    await expect(confirmRequest(ADMIN, requestId, wrong, service)).rejects.toMatchObject({ status: 409 });
  });

  it('comes too late for an instruction of long ago', async () => {
    const { harness, service, requestId, planHash } = await planned();
    harness.advanceHours(24 * 40);
    const late = confirmRequest(ADMIN, requestId, { planHash, ...BY }, service);
    await expect(late).rejects.toMatchObject({ status: 409, detail: expect.stringMatching(/older than/) });
  });

  it('may come many times at once', async () => {
    const { service, requestId, planHash } = await planned();
    const views = await Promise.all(
      Array.from({ length: 6 }, () => confirmRequest(ADMIN, requestId, { planHash, ...BY }, service)),
    );
    expect(new Set(views.map((view) => view.status))).toEqual(new Set(['confirmed']));
  });

  it('is worth nothing once the stored plan is another', async () => {
    const { harness, service, requestId, planHash, plan } = await planned({ coolingOffMs: 3_600_000 });
    await confirmRequest(ADMIN, requestId, { planHash, ...BY }, service);
    plan.stores.pop();
    await harness.run();
    const view = await getRequest(ADMIN, requestId, service);
    expect(view).toMatchObject({ status: 'failed', reasons: [{ code: 'plan-changed' }] });
    expect(harness.erased('customer-files', TENANT)).toEqual([]);
  });

  it('may be repeated, and leads to a certificate', async () => {
    const { harness, service, requestId, planHash } = await planned();
    await confirmRequest(ADMIN, requestId, { planHash, ...BY }, service);
    await confirmRequest(ADMIN, requestId, { planHash, ...BY }, service);
    await harness.run();
    expect(await getRequest(ADMIN, requestId, service)).toMatchObject({ status: 'completed' });
    const { file, ledger } = await getCertificate(ADMIN, requestId, service);
    expect(JSON.parse(file)).toHaveProperty('signature');
    expect(ledger).toBe('pending');
    const proofs = { withProof: async (bare: string) => `${bare} with its proof` };
    const proved = await getCertificate(ADMIN, requestId, { ...service, proofs });
    expect(proved).toEqual({ file: `${file} with its proof`, ledger: 'included' });
    expect(harness.remaining('crm-records', { scope: 'tenant', tenantId: 'globex' }).length).toBeGreaterThan(0);
  });

  it('starts the cooling-off period, in which nothing is erased', async () => {
    const { harness, service, requestId, planHash } = await planned({ coolingOffMs: 24 * 3_600_000 });
    await confirmRequest(ADMIN, requestId, { planHash, ...BY }, service);
    await harness.run(undefined, 23);
    expect(await getRequest(ADMIN, requestId, service)).toMatchObject({ status: 'confirmed' });
    expect(harness.erased('customer-files', TENANT)).toEqual([]);
    await harness.run(undefined, 3);
    expect(await getRequest(ADMIN, requestId, service)).toMatchObject({ status: 'completed' });
  });
});

describe('cancelling', () => {
  it('stops a request in its cooling-off period for good', async () => {
    const { harness, service, requestId, planHash } = await planned({ coolingOffMs: 3_600_000 });
    await confirmRequest(ADMIN, requestId, { planHash, ...BY }, service);
    expect(await cancelRequest(ADMIN, requestId, BY, service)).toMatchObject({ status: 'cancelled' });
    const { deadlines, links } = await getRequest(ADMIN, requestId, service);
    expect([deadlines.endedAt, links.cancel, links.confirm]).toEqual([expect.any(String), null, null]);
    await harness.run(undefined, 48);
    expect(await getRequest(ADMIN, requestId, service)).toMatchObject({ status: 'cancelled' });
    expect(harness.erased('customer-files', TENANT)).toEqual([]);
  });

  it('is too late after the first deletion, and says when that was', async () => {
    const { harness, service, requestId, planHash } = await planned();
    await confirmRequest(ADMIN, requestId, { planHash, ...BY }, service);
    await harness.run(() => harness.erased('crm-records', TENANT).length > 0);
    const { deadlines } = await getRequest(ADMIN, requestId, service);
    await expect(cancelRequest(ADMIN, requestId, BY, service)).rejects.toMatchObject({
      status: 409,
      extra: { firstDeletionAt: deadlines.firstDeletionAt },
    });
    expect(deadlines.firstDeletionAt).toMatch(/^2026-/);
    await harness.run();
    expect(await getRequest(ADMIN, requestId, service)).toMatchObject({ status: 'completed' });
  });

  it('and erasing exclude each other, whoever comes first', async () => {
    for (let seed = 1; seed <= 40; seed++) {
      const harness = new ErasureHarness(new Random(seed), NO_FAULTS);
      harness.seed('acme', ['s1'], 5);
      const service = harness.service();
      const { requestId } = await createRequest(ADMIN, 'key-0001', harness.body(SUBJECT), service);
      for (let n = seed % 12; n > 0; n--) await harness.step();
      const cancelled = await cancelRequest(ADMIN, requestId, BY, service).then(
        () => true,
        () => false,
      );
      await harness.run();
      const erased = harness.erased('crm-records', SUBJECT).length + harness.erased('customer-files', SUBJECT).length;
      expect({ seed, cancelled, erasedAny: erased > 0 }).toEqual({ seed, cancelled, erasedAny: !cancelled });
    }
  });
});

describe('reading', () => {
  it('answers for an unknown request and for somebody else’s in the same way', async () => {
    const { harness, service } = harnessWith();
    const { requestId } = await createRequest(ADMIN, 'key-0001', harness.body(SUBJECT), service);
    const stranger: Caller = { ...ADMIN, tenants: ['globex'] };
    const unknown = getRequest(stranger, 'er-unknown', service).catch((error: Error) => error);
    const foreign = getRequest(stranger, requestId, service).catch((error: Error) => error);
    expect(await foreign).toEqual(await unknown);
    expect(await foreign).toMatchObject({ status: 404 });
  });

  it('lists a tenant’s requests newest first, page by page, each once', async () => {
    const { harness, service } = harnessWith();
    const ids: string[] = [];
    for (let n = 0; n < 7; n++) {
      harness.advanceHours(1);
      ids.unshift((await createRequest(ADMIN, `key-000${n}`, harness.body(SUBJECT), service)).requestId);
    }
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await listRequests(ADMIN, { tenantId: 'acme', limit: 3, cursor }, service);
      seen.push(...page.items.map((item) => item.requestId));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(seen).toEqual(ids);
  });

  it('has no certificate to show before the end', async () => {
    const { harness, service } = harnessWith();
    const { requestId } = await createRequest(ADMIN, 'key-0001', harness.body(SUBJECT), service);
    await expect(getCertificate(ADMIN, requestId, service)).rejects.toMatchObject({ status: 409 });
  });
});

describe('a law that begins while a request is under way', () => {
  const JUNE = '2027-06-01T06:00:00.000Z';
  const untouched = (harness: ErasureHarness) => harness.stores.every((store) => store.erased.length === 0);

  it('is in the plan, with the day on which it lets go', async () => {
    const { harness, service } = harnessWith({ startAt: JUNE });
    const { requestId } = await createRequest(ADMIN, 'key-0001', harness.body(TENANT), service);
    await harness.run();
    const { plan, planHash } = await getPlan(ADMIN, requestId, service);
    expect(hashOf(plan)).toBe(planHash);
    for (const { storeId, decision, action, into } of plan.stores) {
      expect(decision).toMatchObject({ outcome: 'seal', notBefore: '2028-06-02' });
      // The copy's source is sealed, and once is enough.
      const sealed = storeId !== 'customer-files-replica';
      expect([action, into]).toEqual(sealed ? ['seal', ['vault']] : ['erase', []]);
    }
  });

  it('is shown its plan all the same in a dry run', async () => {
    const { harness, service } = harnessWith({ startAt: JUNE });
    const body = harness.body(TENANT, { dryRun: true });
    const { requestId } = await createRequest(ADMIN, 'key-0001', body, service);
    await harness.run();
    expect(await getRequest(ADMIN, requestId, service)).toMatchObject({ status: 'planned', dryRun: true });
  });

  it('makes the plan void when it begins between the plan and its first deletion', async () => {
    // 23:30 in India on 12 May 2027; the cooling-off period ends on the 13th.
    const { harness, service } = harnessWith({ startAt: '2027-05-12T18:00:00.000Z', coolingOffMs: 3_600_000 });
    const { requestId } = await createRequest(ADMIN, 'key-0001', harness.body(TENANT), service);
    await harness.run(() => harness.control.requestRows.get(requestId)?.record.status === 'planned');
    const { planHash, plan } = await getPlan(ADMIN, requestId, service);
    expect(plan.stores.every((store) => store.decision.outcome === 'erase')).toBe(true);
    await confirmRequest(ADMIN, requestId, { planHash, ...BY }, service);
    await harness.run();
    expect(await getRequest(ADMIN, requestId, service)).toMatchObject({
      status: 'failed',
      reasons: [{ code: 'decision-changed', message: expect.stringContaining('make a new request') }],
    });
    expect(untouched(harness)).toBe(true);
  });

  it('erases everything shortly before it', async () => {
    const { harness, service } = harnessWith({ startAt: '2027-05-11T06:00:00.000Z' });
    const { requestId } = await createRequest(ADMIN, 'key-0001', harness.body(SUBJECT), service);
    await harness.run();
    expect(await getRequest(ADMIN, requestId, service)).toMatchObject({ status: 'completed' });
  });
});
