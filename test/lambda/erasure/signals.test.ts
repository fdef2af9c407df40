import type { Target } from '../../../lambda/erasure/ports';
import { confirmRequest, createRequest, getPlan } from '../../../lambda/erasure/service';
import { ADMIN, ErasureHarness } from '../../support/erasure-harness';
import { type Faults, NO_FAULTS } from '../../support/memory-cloud';
import { Random } from '../../support/random';

const TENANT = { scope: 'tenant', tenantId: 'acme' } as const;
const SUBJECT = { scope: 'subject', tenantId: 'acme', subjectId: 's1' } as const;
const TROUBLES = [
  'ErasuresFailed',
  'ErasuresOverdue',
  'ErasuresSetBack',
  'ErasuresRescued',
  'VerifierDisagreements',
] as const;

interface Options {
  readonly faults?: Partial<Faults>;
  readonly maxLateWrites?: number;
  readonly startAt?: string;
}

function given({ faults, ...options }: Options = {}) {
  const harness = new ErasureHarness(new Random(7), { ...NO_FAULTS, ...faults }, options);
  harness.seed('acme', ['s1', 's2'], 12);
  harness.lateTarget = SUBJECT;
  return harness;
}

async function ask(harness: ErasureHarness, target: Target): Promise<string> {
  return (await createRequest(ADMIN, 'key-0001', harness.body(target), harness.service())).requestId;
}

function statusOf(harness: ErasureHarness, requestId: string) {
  return harness.control.requestRows.get(requestId)?.record.status;
}

/** Those of the troubles that were counted, and how often. */
function troublesOf(harness: ErasureHarness) {
  return Object.fromEntries(
    TROUBLES.map((name) => [name, harness.metric(name)] as const).filter(([, count]) => count > 0),
  );
}

describe('the metrics of the erasure engine', () => {
  it('count each state that a request enters, and no trouble where there was none', async () => {
    const harness = given();
    await ask(harness, SUBJECT);
    await harness.run();
    for (const state of ['Planned', 'Executing', 'Verifying', 'Completed'])
      expect([state, harness.metric(`Erasures${state}`)]).toEqual([state, 1]);
    expect(troublesOf(harness)).toEqual({});
  });

  it('count a request that failed once, however often it is looked at afterwards', async () => {
    const harness = given({ faults: { denied: 1 } });
    const requestId = await ask(harness, SUBJECT);
    await harness.run();
    expect(statusOf(harness, requestId)).toBe('failed');
    harness.advanceHours(24 * 60);
    await harness.run();
    expect(harness.metric('ErasuresFailed')).toBe(1);
    expect(harness.metric('ErasuresOverdue')).toBe(0);
  });

  it('count a request once for all rounds in which the second reader still found something', async () => {
    const harness = given({ faults: { lateWrite: 1 }, maxLateWrites: 1000 });
    const requestId = await ask(harness, SUBJECT);
    await harness.run();
    expect(statusOf(harness, requestId)).toBe('failed');
    const rounds = new Set([...harness.control.stepRows.values()].map(({ step }) => step.round));
    expect(rounds.size).toBeGreaterThan(1);
    expect(troublesOf(harness)).toEqual({ ErasuresFailed: 1, VerifierDisagreements: 1 });
  });

  it('count a request that stopped moving and that the sweeper set going', async () => {
    const harness = given();
    const requestId = await ask(harness, SUBJECT);
    harness.loseMessages();
    await harness.run();
    expect(statusOf(harness, requestId)).toBe('completed');
    expect(troublesOf(harness)).toEqual({ ErasuresRescued: 1 });
  });

  it('do not count the end of a cooling-off as a rescue', async () => {
    const harness = given();
    const service = { ...harness.service(), coolingOffMs: 24 * 3_600_000 };
    const requestId = await ask(harness, TENANT);
    await harness.run(() => statusOf(harness, requestId) === 'planned');
    const { planHash } = await getPlan(ADMIN, requestId, service);
    await confirmRequest(ADMIN, requestId, { planHash, by: 'user-18' }, service);
    await harness.run(() => false, 48);
    expect(statusOf(harness, requestId)).toBe('completed');
    expect(troublesOf(harness)).toEqual({});
  });

  it('count a request that is past its day once, and keep it on the request', async () => {
    const harness = given();
    const requestId = await ask(harness, SUBJECT);
    await harness.run(() => statusOf(harness, requestId) === 'executing');
    harness.advanceHours(24 * 31);
    await harness.run();
    expect(harness.metric('ErasuresOverdue')).toBe(1);
    expect(harness.control.requestRows.get(requestId)?.record.overdueSince).toMatch(/^2026-12-23T/);
    expect(statusOf(harness, requestId)).toBe('completed');
  });

  it('do not call late what a tenant has not confirmed, nor what waits for a law with a certificate', async () => {
    const unconfirmed = given();
    await ask(unconfirmed, TENANT);
    await unconfirmed.run(() => false, 1);
    unconfirmed.advanceHours(24 * 40);
    await unconfirmed.run(() => false, 1);
    expect(troublesOf(unconfirmed)).toEqual({});

    const deferred = given({ startAt: '2027-06-01T06:00:00.000Z' });
    const requestId = await ask(deferred, SUBJECT);
    await deferred.run();
    expect(statusOf(deferred, requestId)).toBe('deferred');
    deferred.advanceHours(24 * 367);
    await deferred.run();
    expect(statusOf(deferred, requestId)).toBe('completed');
    expect(troublesOf(deferred)).toEqual({});
  });

  it('count it when what was sealed cannot be erased on its day', async () => {
    const harness = given({ startAt: '2027-06-01T06:00:00.000Z' });
    const requestId = await ask(harness, SUBJECT);
    await harness.run();
    expect(statusOf(harness, requestId)).toBe('deferred');
    // The vault's table will not let anything go.
    const original = harness.keepers.ending.bind(harness.keepers);
    harness.keepers.ending = (...args) => {
      const ending = original(...args);
      return ending && { ...ending, erase: async (batch) => batch.map((ref) => ({ ref, cause: 'denied' as const })) };
    };
    harness.advanceHours(24 * 367);
    await harness.run(() => harness.metric('ErasuresSetBack') > 0, 48);
    expect(harness.metric('ErasuresSetBack')).toBe(1);
    expect(harness.metric('ErasuresFailed')).toBe(0);
    expect(statusOf(harness, requestId)).toBe('deferred');
  });
});
