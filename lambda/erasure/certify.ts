import type { Certificate } from '../certificate/certificate';
import { instant } from '../shared/clock';
import { addCounts, totalOf } from './counts';
import { erasedIn, type Situation } from './decide';
import { UnknownWorkError } from './errors';

/**
 * States what was erased and proven gone. Counts of what is left come from the verifier alone;
 * `found` is what the eraser took away plus what the verifier still sees.
 *
 * @throws UnknownWorkError when plan or verification is missing: then nothing may be certified
 */
export function certificateOf(
  s: Situation,
  outcome: Certificate['outcome'],
  signedBy: Certificate['signedBy'],
): Certificate {
  const { request, line } = s;
  if (s.plan === undefined) throw new UnknownWorkError(`plan of ${request.requestId}`);
  const { plan, planHash } = s.plan;
  const stores = s.inventory.map((store) => certifiedStore(store.id, s));
  return {
    type: 'digicrm.erasure-certificate',
    version: 1,
    outcome,
    requestId: request.requestId,
    requestHash: request.requestHash,
    planHash,
    inventoryHash: plan.inventoryHash,
    scope: request.scope,
    tenantId: request.tenantId,
    subject: plan.subject,
    requestedAt: request.createdAt,
    confirmedAt: request.confirmedAt ?? null,
    firstDeletionAt: line.state === 'crossed' ? line.at : null,
    verifiedAt:
      stores
        .map((store) => store.verifiedAt)
        .sort()
        .at(-1) ?? instant(s.now),
    certifiedAt: instant(s.now),
    rounds: request.round,
    stores,
    signedBy,
  };
}

function certifiedStore(storeId: string, s: Situation): Certificate['stores'][number] {
  const verification = s.verifications.find((v) => v.storeId === storeId && v.round === s.request.round);
  const planned = s.plan?.plan.stores.find((p) => p.storeId === storeId);
  if (verification === undefined || planned === undefined) throw new UnknownWorkError(`verification of ${storeId}`);
  if (totalOf(verification.left) > 0) throw new UnknownWorkError(`clean verification of ${storeId}`);
  const erased = erasedIn(storeId, s.steps);
  // The reading covers what was there when it began, and no more.
  const { held, left, startedAt: verifiedAt } = verification;
  return {
    storeId,
    kind: planned.kind,
    region: planned.region,
    dataRole: planned.dataRole,
    outcome: totalOf(held) > 0 ? 'held' : totalOf(erased) > 0 ? 'erased' : 'none-found',
    found: addCounts(addCounts(erased, held), left),
    erased,
    held,
    left,
    verifiedAt,
    law: planned.decision.rules.map((rule) => `${rule.ruleId}: ${rule.citation}`),
  };
}
