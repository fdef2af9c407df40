import { canonicalJson, sha256Hex } from '../../shared/canonical';
import type { TokenKeys } from '../../tokens/ports';
import type { BodyHasher, FieldHasher } from '../ports';

/** Hashes of fields for processors, the same within one tenant for one field and value. */
export function fieldHasher(keys: TokenKeys): FieldHasher {
  // Four parts: what tokens are found by has three.
  return { hash: ({ tenantId, field, value }) => keys.mac(tenantId, canonicalJson(['field', 1, field, value])) };
}

/** Hashes of bodies, by which a repeated call is told from another. */
export function bodyHasher(keys: TokenKeys): BodyHasher {
  return { hash: (tenantId, body) => keys.mac(tenantId, canonicalJson(['body', sha256Hex(body)])) };
}
