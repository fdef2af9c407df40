import { createHash } from 'node:crypto';

/**
 * How a tenant's and a subject's data are located in every store.
 *
 * Object keys:    `<tenantId>/<shard>/<subjectId>/<rest>`, shared ones `<tenantId>/_/<rest>`.
 * Partition keys: `<tenantId>#<shard>`, shared rows `<tenantId>#_`; sort keys `<subjectId>#<rest>`.
 *
 * The shard spreads one tenant over partitions, so that each has its own rate budget
 * (S3: 3,500 writes a second per prefix; DynamoDB: 1,000 write units per partition key).
 * `_` is no valid id, so shared data can never be taken for a person's.
 */
export const SHARED = '_';

/** Opaque ids: what a tenant or subject may be called. No `/`, `#`, `@` or space. */
export const ID_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** Two lower-case hex digits, stable for ever: data written yesterday must be found tomorrow. */
export function shardOf(subjectId: string, shards: number): string {
  return shardName(createHash('sha256').update(subjectId).digest().readUInt16BE(0) % shards);
}

/** `7` is `07`. */
export function shardName(index: number): string {
  return index.toString(16).padStart(2, '0');
}

/** All shard names of a store in listing order, the shared one last (`_` sorts after hex digits). */
export function shardNames(shards: number): string[] {
  return [...Array.from({ length: shards }, (_, i) => shardName(i)), SHARED];
}

export function tenantPrefix(tenantId: string): string {
  return `${tenantId}/`;
}

export function shardPrefix(tenantId: string, shard: string): string {
  return `${tenantId}/${shard}/`;
}

/** Prefix of one person's objects; with `SHARED` as subject, of the tenant's shared objects. */
export function subjectPrefix(tenantId: string, subjectId: string, shards: number): string {
  if (subjectId === SHARED) return shardPrefix(tenantId, SHARED);
  return `${tenantId}/${shardOf(subjectId, shards)}/${subjectId}/`;
}

export function objectKey(tenantId: string, subjectId: string, rest: string, shards: number): string {
  return subjectPrefix(tenantId, subjectId, shards) + rest;
}

export function partitionKey(tenantId: string, shard: string): string {
  return `${tenantId}#${shard}`;
}

/** Table key of one row of a person, or with `SHARED` as subject of the tenant. */
export function itemKey(tenantId: string, subjectId: string, rest: string, shards: number): { pk: string; sk: string } {
  const shard = subjectId === SHARED ? SHARED : shardOf(subjectId, shards);
  return { pk: partitionKey(tenantId, shard), sk: sortKeyPrefix(subjectId) + rest };
}

export function sortKeyPrefix(subjectId: string): string {
  return `${subjectId}#`;
}
