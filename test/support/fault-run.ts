import { RESIDUE_KINDS } from '../../lambda/erasure/model';
import type { Ref, Target } from '../../lambda/erasure/ports';
import { confirmRequest, createRequest, getPlan } from '../../lambda/erasure/service';
import { ADMIN, ErasureHarness, STORES } from './erasure-harness';
import type { Faults } from './memory-cloud';
import { Random } from './random';

export interface FaultRun {
  readonly seed: number;
  readonly status: string;
  /** Sentences on what the certificate states and the stores contradict; empty when it is true. */
  readonly lies: readonly string[];
  /** The other tenant lost something. */
  readonly bystanderHurt: boolean;
  readonly deadLetters: number;
}

/**
 * One erasure under random faults, from request to end, and a look behind the certificate.
 * The truth comes from the memory stores; nothing of the engine is asked.
 */
export async function faultRun(seed: number): Promise<FaultRun> {
  const random = new Random(seed);
  const faults = randomFaults(random);
  const harness = new ErasureHarness(random, faults, { maxLateWrites: random.below(4) });
  const target: Target = random.chance(0.5)
    ? { scope: 'tenant', tenantId: 'acme' }
    : { scope: 'subject', tenantId: 'acme', subjectId: 's1' };
  harness.seed('acme', ['s1', 's2', 's3'], 1 + random.below(25), random.chance(0.2) ? 0.1 : 0);
  harness.seed('acme-two', ['s1'], 5);
  const told = ['sandbox-sms', 'sandbox-payments', 'long-gone'].filter(() => random.chance(0.5));
  harness.notices.allow('acme', 's1', ...told);
  const bystander: Target = { scope: 'tenant', tenantId: 'acme-two' };
  const bystanderBefore = countAll(harness, bystander);

  const service = harness.service();
  const { requestId } = await createRequest(ADMIN, `key-${seed}`, harness.body(target), service);
  await harness.run(() => harness.control.requestRows.get(requestId)?.record.status !== 'accepted');
  if (target.scope === 'tenant' && statusOf(harness, requestId) === 'planned') {
    const { planHash } = await getPlan(ADMIN, requestId, service);
    await confirmRequest(ADMIN, requestId, { planHash, by: 'user-18' }, service);
  }
  harness.lateTarget = target;
  await harness.run();
  return {
    seed,
    status: statusOf(harness, requestId),
    lies: liesOf(harness, requestId, target),
    bystanderHurt: countAll(harness, bystander) !== bystanderBefore,
    deadLetters: harness.deadLetters.length,
  };
}

function randomFaults(random: Random): Faults {
  const some = (most: number) => (random.chance(0.6) ? random.next() * most : 0);
  return {
    kill: some(0.04),
    busy: some(0.3),
    fault: some(0.2),
    keyError: some(0.3),
    lateWrite: some(0.1),
    duplicate: some(0.2),
    denied: random.chance(0.15) ? 0.05 : 0,
  };
}

function statusOf(harness: ErasureHarness, requestId: string): string {
  return harness.control.requestRows.get(requestId)?.record.status ?? 'lost';
}

function countAll(harness: ErasureHarness, target: Target): number {
  return STORES.reduce((sum, store) => sum + harness.remaining(store.id, target).length, 0);
}

/** Compares a certificate, if there is one, with what is in the stores. */
function liesOf(harness: ErasureHarness, requestId: string, target: Target): string[] {
  const certificate = harness.certificate(requestId);
  const status = statusOf(harness, requestId);
  const certified = status === 'completed' || status === 'held';
  if (certificate === undefined) return certified ? [`ended as ${status} without a certificate`] : [];
  const lies: string[] = [];
  const allowed = harness.notices.allowed.get('acme') ?? [];
  const listed = certificate.processors.map(({ processorId }) => processorId);
  if (allowed.join() !== listed.join()) lies.push(`processors stated ${listed.join()}, truth ${allowed.join()}`);
  for (const { processorId, state } of certificate.processors)
    if (state === 'acknowledged') lies.push(`${processorId}: acknowledged, and it never answers`);
  for (const store of certificate.stores) {
    const verified = Date.parse(store.verifiedAt);
    // Only what was there when the reading began is covered.
    const remaining = harness.remaining(store.storeId, target, verified);
    const erased = harness.erased(store.storeId, target);
    for (const kind of RESIDUE_KINDS) {
      expectCount(lies, store.storeId, kind, 'held', store.held[kind], remaining);
      expectCount(lies, store.storeId, kind, 'erased', store.erased[kind], erased);
    }
    if (certificate.outcome === 'completed' && remaining.length > 0)
      lies.push(`${store.storeId}: completed with ${remaining.length} left`);
    if (remaining.some((thing) => !thing.locked)) lies.push(`${store.storeId}: unlocked things left`);
  }
  return lies;
}

function expectCount(
  lies: string[],
  storeId: string,
  kind: string,
  what: string,
  stated: number,
  things: readonly Ref[],
): void {
  const truth = things.filter((thing) => thing.kind === kind).length;
  if (stated !== truth) lies.push(`${storeId}: ${what} ${kind} stated ${stated}, truth ${truth}`);
}
