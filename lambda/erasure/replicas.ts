import { instant, plusMs } from '../shared/clock';
import type { Store } from '../shared/inventory';
import type { Step, Verification } from './model';
import type { Move, Situation, Work } from './situation';
import { storesOf } from './work';

/**
 * Copies in the second Region come after their sources. S3 copies new versions a little later and never an erasure,
 * so a copy that is emptied or read too early could fill up again behind the reader.
 */

/** Stores of the plan that are no copies, or whose source is not in it. */
export function originalsOf(s: Situation): Store[] {
  const stores = storesOf(s);
  return stores.filter(({ replicaOf }) => !stores.some(({ id }) => id === replicaOf));
}

/** Whether work on the store may begin: nothing of its source is left to do in the round. */
export function mayBegin(storeId: string, round: readonly Step[], s: Pick<Situation, 'inventory'>): boolean {
  const source = s.inventory.find(({ id }) => id === storeId)?.replicaOf;
  return round.every((step) => step.storeId !== source || step.state === 'done');
}

/** Work on copies that nobody was asked for yet and that may begin now. */
export function releasedReplicas(round: readonly Step[], s: Situation): Work[] {
  const released = round.filter(
    ({ storeId, state }) => state === 'waiting' && isReplica(storeId, s) && mayBegin(storeId, round, s),
  );
  return [...new Map(released.map(({ storeId, action }) => [storeId, { storeId, action }])).values()];
}

/** What is erased from a source once more is looked for in its copy too. */
export function withReplicas(work: readonly Work[], s: Situation): Work[] {
  const replicas = storesOf(s)
    .filter(({ id, replicaOf }) => named(replicaOf, work) && !named(id, work))
    .map(({ id }): Work => ({ storeId: id, action: 'erase' }));
  return [...work, ...replicas];
}

/** The readings of the round that count: of a copy only one that began when all had arrived that was on its way. */
export function readingsOf(s: Situation): Verification[] {
  const seen = s.verifications.filter((v) => v.round === s.request.round);
  return seen.filter(({ storeId, startedAt }) => {
    const from = readableFrom(storeId, seen, s);
    return from !== undefined && startedAt >= from;
  });
}

/** Has the copies read that are left, or waits until they can be. */
export function readReplicas(left: readonly Store[], seen: readonly Verification[], s: Situation): Move {
  const times = left.map(({ id }) => readableFrom(id, seen, s) ?? instant(s.now));
  const at = times.sort().at(-1) ?? instant(s.now);
  if (at > instant(s.now)) return { move: 'wait-until', at };
  return { move: 'verify', storeIds: left.map(({ id }) => id) };
}

/** From when on a reading of the store counts; undefined while its source is not read. */
function readableFrom(storeId: string, seen: readonly Verification[], s: Situation): string | undefined {
  const source = storesOf(s).find(({ id }) => id === storeId)?.replicaOf;
  if (source === undefined || !storesOf(s).some(({ id }) => id === source)) return '';
  const read = seen.find((v) => v.storeId === source)?.verifiedAt;
  return read === undefined ? undefined : instant(plusMs(new Date(read), s.replicaSettleMs));
}

function isReplica(storeId: string, s: Situation): boolean {
  return s.inventory.some(({ id, replicaOf }) => id === storeId && replicaOf !== undefined);
}

function named(storeId: string | undefined, work: readonly Work[]): boolean {
  return work.some((each) => each.storeId === storeId);
}
