import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { hashOf } from '../../shared/canonical';

/** A row in DynamoDB's own types: numbers as text, binary as bytes, so that nothing is rounded or recoded. */
export type Item = Record<string, AttributeValue>;

/** SHA-256 in hex of a row, the same for equal rows: a set has no order, so it is sorted first. */
export function hashOfItem(item: Item): string {
  return hashOf(plainMap(item));
}

function plainMap(map: Item): Record<string, unknown> {
  return Object.fromEntries(Object.entries(map).map(([name, value]) => [name, plain(value)]));
}

function plain(value: AttributeValue): unknown {
  if (value.S !== undefined) return { S: value.S };
  if (value.N !== undefined) return { N: value.N };
  if (value.B !== undefined) return { B: base64(value.B) };
  if (value.BOOL !== undefined) return { BOOL: value.BOOL };
  if (value.NULL !== undefined) return { NULL: value.NULL };
  if (value.M !== undefined) return { M: plainMap(value.M) };
  if (value.L !== undefined) return { L: value.L.map(plain) };
  if (value.SS !== undefined) return { SS: value.SS.toSorted() };
  if (value.NS !== undefined) return { NS: value.NS.toSorted() };
  if (value.BS !== undefined) return { BS: value.BS.map(base64).toSorted() };
  throw new TypeError('an attribute of a type that DynamoDB did not have when this was written');
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
