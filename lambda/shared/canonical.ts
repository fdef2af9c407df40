import { createHash } from 'node:crypto';
import { canonicalJson } from './canonical-json';

export { canonicalJson };

/** SHA-256 in lower-case hex; strings are taken as UTF-8. */
export function sha256Hex(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

/** SHA-256 in lower-case hex of the canonical JSON of a value. Throws as `canonicalJson` does. */
export function hashOf(value: unknown): string {
  return sha256Hex(canonicalJson(value));
}
