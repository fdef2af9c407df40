import type { Register } from '../../policies/schema';
import type { Certificate } from '../certificate/certificate';
import { backupsLapseOn } from '../retention/backups';
import { instant } from '../shared/clock';
import { certifiedProcessors } from './announcing';
import { addCounts, noCounts, sumCounts, totalOf } from './counts';
import { UnknownWorkError } from './errors';
import type { Counts, PlanStore, Sealed } from './model';
import type { Move, Situation } from './situation';
import { movedFrom, takenFrom } from './taken';
import { expectedIn, keepersFor, storesOf } from './work';

type Certify = Extract<Move, { move: 'certify' }>;

/**
 * States what was erased and proven gone, what a law keeps sealed and until when, and what a hold stopped.
 * Counts of what is left come from the verifier alone; `found` is what the workers took away plus what
 * the verifier still sees.
 *
 * @param supersedes SHA-256 of the request's certificate before this one
 * @throws UnknownWorkError when plan or verification is missing: then nothing may be certified
 */
export function certificateOf(
  s: Situation,
  { outcome, sealed, heldBy }: Certify,
  supersedes: string | null,
  signedBy: Certificate['signedBy'],
  register: Pick<Register, 'retention'>,
): Certificate {
  const { request, line } = s;
  if (s.plan === undefined) throw new UnknownWorkError(`plan of ${request.requestId}`);
  const { plan, planHash } = s.plan;
  const stores = [...storesOf(s).map((store) => certifiedStore(store.id, sealed, s)), ...emptiedKeepers(sealed, s)];
  const verifiedAt =
    stores
      .map((store) => store.verifiedAt)
      .sort()
      .at(-1) ?? instant(s.now);
  return {
    type: 'digicrm.erasure-certificate',
    version: 3,
    number: request.certificates + 1,
    supersedes,
    outcome,
    requestId: request.requestId,
    requestHash: request.requestHash,
    planHash,
    inventoryHash: plan.inventoryHash,
    scope: request.scope,
    tenantId: request.tenantId,
    subject: plan.subject,
    requestedAt: request.createdAt,
    terminatedAt: request.termination?.terminatedAt ?? null,
    confirmedAt: request.confirmedAt ?? null,
    firstDeletionAt: line.state === 'crossed' && stores.some(tookAny) ? line.at : null,
    verifiedAt,
    certifiedAt: instant(s.now),
    rounds: request.round,
    stores,
    retained: sealed.filter(({ state }) => state !== 'erased').map((entry) => retained(entry, s)),
    anonymised: s.anonymised.map(({ storeId, outcome: { ruleId, rows, fellBack } }) => ({
      storeId,
      ruleId,
      rows,
      fellBack: Object.entries(fellBack).map(([code, count]) => ({ code, rows: count })),
    })),
    holds: s.holds
      .filter(({ holdId }) => heldBy.includes(holdId))
      .map(({ holdId, matter, reviewAt }) => ({ holdId, matter, reviewAt })),
    processors: certifiedProcessors(s),
    backupsLapseOn: backupsLapseOn(verifiedAt, register),
    signedBy,
  };
}

function certifiedStore(storeId: string, sealed: readonly Sealed[], s: Situation): Certificate['stores'][number] {
  const verification = s.verifications.find((v) => v.storeId === storeId && v.round === s.request.round);
  const planned = plannedStore(storeId, s);
  if (verification === undefined || planned === undefined) throw new UnknownWorkError(`verification of ${storeId}`);
  if (totalOf(verification.left) > 0) throw new UnknownWorkError(`clean verification of ${storeId}`);
  const moved = stillSealed(storeId, sealed, s);
  const erased = minus(takenFrom(storeId, s.steps), moved);
  // The reading covers what was there when it began, and no more.
  const { held, left, startedAt: verifiedAt } = verification;
  return {
    storeId,
    kind: planned.kind,
    region: planned.region,
    dataRole: planned.dataRole,
    outcome: outcomeOf(held, moved, erased),
    found: sumCounts([erased, moved, held, left]),
    erased,
    sealed: moved,
    held,
    left,
    verifiedAt,
    law: planned.decision.rules.map((rule) => `${rule.ruleId}: ${rule.citation}`),
  };
}

/** The line is crossed as well when processors are told, with nothing to delete here. */
function tookAny({ erased, sealed }: Certificate['stores'][number]): boolean {
  return totalOf(erased) + totalOf(sealed) > 0;
}

function outcomeOf(held: Counts, sealed: Counts, erased: Counts): Certificate['stores'][number]['outcome'] {
  if (totalOf(held) > 0) return 'held';
  if (totalOf(sealed) > 0) return 'sealed';
  return totalOf(erased) > 0 ? 'erased' : 'none-found';
}

/** Vault or books, once what they kept of the request is erased there too. */
function emptiedKeepers(sealed: readonly Sealed[], s: Situation): Certificate['stores'] {
  const ended = sealed.filter(({ state }) => state === 'erased');
  const stores = new Map(ended.flatMap(({ into }) => keepersFor(into, s)).map((store) => [store.id, store]));
  return [...stores.values()].map((store) => {
    const erased = takenFrom(store.id, s.steps);
    return {
      storeId: store.id,
      kind: store.kind,
      region: store.region,
      dataRole: store.dataRole,
      outcome: totalOf(erased) > 0 ? 'erased' : 'none-found',
      found: erased,
      erased,
      sealed: noCounts(),
      held: noCounts(),
      left: noCounts(),
      verifiedAt: lastReading(s),
      law: [...new Set(ended.flatMap(({ law }) => law.map((rule) => `${rule.ruleId}: ${rule.citation}`)))],
    };
  });
}

/** What was taken from the store and lies in vault or books now; a document that lies in both counts once. */
function stillSealed(storeId: string, sealed: readonly Sealed[], s: Situation): Counts {
  const entries = sealed.filter((entry) => entry.storeId === storeId && entry.state !== 'erased');
  if (entries.length === 0) return noCounts();
  const moved = movedFrom(storeId, s.steps);
  const most = Math.max(...entries.map((entry) => expectedIn(entry, s)));
  return totalOf(moved) > most ? { ...noCounts(), items: most } : moved;
}

function retained(entry: Sealed, s: Situation): Certificate['retained'][number] {
  const { storeId, into, since, freeOn, until, law } = entry;
  const counts = s.verifications.find((v) => v.storeId === storeId && v.round === s.request.round)?.sealed[into];
  if (counts === undefined) throw new UnknownWorkError(`verification of what lies sealed of ${storeId}`);
  return {
    storeId,
    into,
    counts,
    since,
    freeOn,
    until,
    law: law.map(({ ruleId, citation, effect }) => ({ ruleId, citation, effect })),
    keptFields: into === 'books' ? (plannedStore(storeId, s)?.keptFields ?? []) : [],
  };
}

function plannedStore(storeId: string, s: Situation): PlanStore | undefined {
  return s.plan?.plan.stores.find((store) => store.storeId === storeId);
}

function lastReading(s: Situation): string {
  const times = s.verifications.filter((v) => v.round === s.request.round).map((v) => v.startedAt);
  return times.sort().at(-1) ?? instant(s.now);
}

/** Kind by kind; a certificate that came out negative would be refused by its schema. */
function minus(a: Counts, b: Counts): Counts {
  const negated = Object.fromEntries(Object.entries(b).map(([kind, n]) => [kind, -n]));
  return addCounts(a, { ...noCounts(), ...negated });
}
