import type { Store } from '../shared/inventory';
import {
  partitionKey,
  SHARED,
  shardName,
  shardNames,
  shardOf,
  shardPrefix,
  sortKeyPrefix,
  subjectPrefix,
  tenantPrefix,
} from '../shared/layout';
import type { Lane, Target } from './ports';

/** Versions one lane is meant for: about five list pages. More lanes would only add short pages. */
const VERSIONS_PER_LANE = 5_000;
const MAX_LANES = 8;
/** Things one eraser step is meant for; a larger store is spread over several functions. */
const THINGS_PER_STEP = 500_000;

/**
 * The listing lanes that together cover all of a target's data in a store.
 *
 * A tenant's objects are cut into key ranges at shard prefixes. The ranges cover the whole
 * `<tenantId>/` prefix, so an object that ignores the layout is found too.
 *
 * @param planned things counted when the plan was made; decides how many lanes are worthwhile
 * @param thorough look for a person under every shard, not only under her own
 */
export function lanesOf(store: Store, target: Target, planned: number, thorough = false): Lane[] {
  return store.kind === 's3' ? objectLanes(store, target, planned, thorough) : itemLanes(store, target, thorough);
}

/** Into how many steps a store's lanes are dealt: as many as the planned count is worth, at least one. */
export function partCount(store: Store, planned: number): number {
  return Math.max(1, Math.min(MAX_LANES, store.shards, Math.ceil(planned / THINGS_PER_STEP)));
}

/** The lanes of one of a store's steps; all parts together have every lane once. */
export function lanesOfPart(lanes: readonly Lane[], part: number, parts: number): Lane[] {
  return lanes.filter((_, i) => i % parts === part);
}

function objectLanes(store: Store, target: Target, planned: number, thorough: boolean): Lane[] {
  const prefixes = objectPrefixes(store, target, thorough);
  const uploads = prefixes.map((prefix): Lane => ({ kind: 'uploads', prefix }));
  if (target.scope === 'tenant') return [...uploads, ...keyRanges(store, target.tenantId, planned)];
  return [...uploads, ...prefixes.map((prefix): Lane => ({ kind: 'versions', prefix }))];
}

function objectPrefixes(store: Store, target: Target, thorough: boolean): string[] {
  const subjectId = subjectOf(target);
  if (subjectId === undefined) return [tenantPrefix(target.tenantId)];
  const withShared = store.subjectErasure === 'own-and-shared';
  const own = thorough
    ? ownShards(store).map((shard) => `${shardPrefix(target.tenantId, shard)}${subjectId}/`)
    : [subjectPrefix(target.tenantId, subjectId, store.shards)];
  return withShared ? [...own, shardPrefix(target.tenantId, SHARED)] : own;
}

function keyRanges(store: Store, tenantId: string, planned: number): Lane[] {
  const count = Math.min(MAX_LANES, store.shards, Math.max(1, Math.ceil(planned / VERSIONS_PER_LANE)));
  const cut = (i: number) => shardPrefix(tenantId, shardName(Math.floor((i * store.shards) / count)));
  return Array.from({ length: count }, (_, i) => ({
    kind: 'versions',
    prefix: tenantPrefix(tenantId),
    ...(i > 0 && { from: cut(i) }),
    ...(i < count - 1 && { until: cut(i + 1) }),
  }));
}

function itemLanes(store: Store, target: Target, thorough: boolean): Lane[] {
  const subjectId = subjectOf(target);
  const partition = (shard: string): Lane => ({ kind: 'items', prefix: partitionKey(target.tenantId, shard) });
  if (subjectId === undefined) return shardNames(store.shards).map(partition);
  const shards = thorough ? ownShards(store) : [shardOf(subjectId, store.shards)];
  const own = shards.map((shard): Lane => ({ ...partition(shard), sortKeyPrefix: sortKeyPrefix(subjectId) }));
  return store.subjectErasure === 'own-and-shared' ? [...own, partition(SHARED)] : own;
}

/** Shards to search for a person's own data; the shared one is left out where all of it goes anyway. */
function ownShards(store: Store): string[] {
  return shardNames(store.shards).filter((shard) => shard !== SHARED || store.subjectErasure === 'own');
}

/** A subject scope without a subject would read as "everyone": refuse it. */
function subjectOf(target: Target): string | undefined {
  if (target.scope === 'tenant') return undefined;
  if (target.subjectId === undefined) throw new Error('a subject erasure needs a subject id');
  return target.subjectId;
}
