import type { Target } from '../erasure/ports';
import type { Store } from '../shared/inventory';
import { ID_PATTERN, SHARED, shardNames } from '../shared/layout';
import { ACCESS_FLAG } from '../shared/names';
import type { LegalHold } from './hold';

/** Key of one thing, as the eraser lists it: object key, or partition key and sort key. */
export interface ThingKey {
  /** Object key or partition key. */
  readonly key: string;
  /** Sort key of a row; anything for objects. */
  readonly part: string;
}

/** Whether a hold stops the erasure of one thing of a store. */
export type HeldKeys = (thing: ThingKey) => boolean;

type Kept = Pick<Store, 'id' | 'dataClass' | 'subjectErasure'>;

/**
 * Whether a hold keeps all that the target has in a store. For a keeper of sealed things, give the stores
 * that they came from as `sources`: then only a hold without a class keeps all of it.
 */
export function coversTarget(hold: LegalHold, store: Store, target: Target, sources?: readonly Kept[]): boolean {
  const { tenantId, subjectId, dataClass } = hold.scope;
  if (tenantId !== target.tenantId) return false;
  if (dataClass !== undefined && (sources !== undefined || dataClass !== store.dataClass)) return false;
  if (subjectId === undefined) return true;
  return target.scope === 'subject' && target.subjectId === subjectId;
}

/**
 * Whether a hold may keep any of what the target has in a store; false only where it certainly keeps nothing.
 * A hold on one person may keep what her tenant shares, and whatever lies outside the layout.
 */
export function coversAny(hold: LegalHold, store: Store, target: Target, sources?: readonly Kept[]): boolean {
  const { tenantId, subjectId, dataClass } = hold.scope;
  if (tenantId !== target.tenantId) return false;
  if (dataClass !== undefined && sources === undefined && dataClass !== store.dataClass) return false;
  if (subjectId === undefined || target.scope === 'tenant' || target.subjectId === subjectId) return true;
  return sources !== undefined || store.subjectErasure === 'own-and-shared';
}

/**
 * Which things of a store are under one of the holds, told by their keys alone.
 *
 * What cannot be told from a key counts as held by every hold that it could fall under: a key without a
 * tenant by all of them, a key that ignores the layout by each hold of its tenant and class.
 *
 * @param holds those that stand
 * @param sources for a keeper of sealed things: the stores that they came from. Their class counts, and the
 *   keys name the store after the request.
 */
export function heldKeys(holds: readonly LegalHold[], store: Store, sources?: readonly Kept[]): HeldKeys {
  if (holds.length === 0) return () => false;
  const shards = new Set(shardNames(store.shards));
  const byId = sources && new Map(sources.map((source) => [source.id, source]));
  return (thing) => {
    const place = placeOf(thing, store, shards);
    if (place.tenantId === undefined) return true;
    // While any of a suspended tenant's rows are held, nobody may read them: what says so stays with them.
    if (thing.part === ACCESS_FLAG.sortKey) return holds.some(({ scope }) => scope.tenantId === place.tenantId);
    const kept = byId === undefined ? store : byId.get(place.sourceId ?? '');
    return holds.some((hold) => hold.scope.tenantId === place.tenantId && keeps(hold, place, kept, byId !== undefined));
  };
}

/** Where what a tenant shares goes with a person, it is sealed under her name, and may hold others all the same. */
function keeps({ scope }: LegalHold, { owner }: Place, kept: Kept | undefined, sealed: boolean): boolean {
  if (scope.dataClass !== undefined && kept !== undefined && scope.dataClass !== kept.dataClass) return false;
  if (scope.subjectId === undefined || owner === undefined || owner.subjectId === scope.subjectId) return true;
  return (owner.shared || sealed) && (kept === undefined || kept.subjectErasure === 'own-and-shared');
}

/** What a key says; undefined is what it does not say. */
interface Place {
  readonly tenantId?: string;
  /** Whose it is: one person's, or the tenant's; in a shared place it can be both. */
  readonly owner?: { readonly subjectId: string | undefined; readonly shared: boolean };
  /** Store that a sealed thing came from. */
  readonly sourceId?: string;
}

/** Objects `<tenant>/<shard>/<subject>/<rest>`, rows `<tenant>#<shard>` with `<subject>#<rest>`. */
function placeOf({ key, part }: ThingKey, store: Store, shards: ReadonlySet<string>): Place {
  const isObject = store.kind === 's3';
  const [tenantId, shard, ...pieces] = key.split(isObject ? '/' : '#');
  if (tenantId === undefined || shard === undefined) return {};
  const rest = isObject ? pieces : part.split('#');
  // `<subject>`, `<request>`, `<store>`, `<name>`: what is sealed names its store third.
  const source = rest[2] === undefined ? {} : { sourceId: rest[2] };
  // A partition key has two pieces, and without a separator after it the last piece is no subject.
  const inLayout = isObject ? shard === SHARED || rest.length > 1 : pieces.length === 0 && rest.length > 1;
  const subjectId = rest.length > 1 ? rest[0] : undefined;
  if (!inLayout) return { tenantId, ...source };
  if (shard === SHARED) return { tenantId, owner: { shared: true, subjectId }, ...source };
  if (!shards.has(shard) || !ID_PATTERN.test(subjectId ?? '')) return { tenantId, ...source };
  return { tenantId, owner: { shared: false, subjectId }, ...source };
}
