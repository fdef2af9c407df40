import type { Store } from '../shared/inventory';
import { itemKey, partitionKey, shardNames, sortKeyPrefix } from '../shared/layout';
import type { MappingKey } from './ports';

/** Between subject and field, so that the vault could hold other things of a person as well. */
const KIND = 'token';

/** Key of the mapping of one value of one person: it lies among her rows, so that her erasure takes it. */
export function mappingKey(
  of: { readonly tenantId: string; readonly subjectId: string; readonly field: string; readonly mac: string },
  { shards }: Pick<Store, 'shards'>,
): MappingKey {
  return itemKey(of.tenantId, of.subjectId, `${KIND}#${of.field}#${of.mac}`, shards);
}

/** Whose mapping it is and of which field; undefined for another tenant's, and for what is no mapping. */
export function readMappingKey(
  tenantId: string,
  { pk, sk }: MappingKey,
  { shards }: Pick<Store, 'shards'>,
): { readonly subjectId: string; readonly field: string } | undefined {
  const [subjectId = '', kind, field = '', mac, ...more] = sk.split('#');
  const wellFormed = kind === KIND && mac !== undefined && more.length === 0 && sk.startsWith(sortKeyPrefix(subjectId));
  const own = shardNames(shards).some((shard) => pk === partitionKey(tenantId, shard));
  return wellFormed && own && field !== '' ? { subjectId, field } : undefined;
}
