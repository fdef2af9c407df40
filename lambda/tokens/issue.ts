import type { Transfers } from '../../policies/schema';
import { canonicalJson } from '../shared/canonical';
import type { Store } from '../shared/inventory';
import type { TokenIssuer } from '../transfer/ports';
import { newToken } from './forms';
import { mappingKey } from './mapping-key';
import type { TokenKeys, TokenWriter } from './ports';

/** Longest value that is replaced, in characters: an e-mail address has 254 at most (RFC 5321). */
export const MAX_VALUE = 1_000;

/** The value cannot be replaced: it is of no field that tokens exist for, empty, too long, or no text. */
export class NotTokenisableError extends Error {
  override readonly name = 'NotTokenisableError';

  constructor() {
    super('the value cannot be replaced by a token');
  }
}

/** What issuing works with. */
export interface IssueDeps {
  readonly store: Pick<Store, 'shards'>;
  readonly vault: TokenWriter;
  readonly keys: TokenKeys;
  readonly words: Pick<Transfers, 'tokenFields'>;
}

/**
 * Issues tokens. The token itself is random and says nothing; that the same value of the same person gets the same
 * one comes from its place: a keyed hash of field and value in the sort key. Whoever reads keys without the tenant's
 * hash key can neither read a value out of them nor try values against them.
 *
 * Of two that issue at once the second finds the first one's.
 */
export function tokenIssuer({ store, vault, keys, words }: IssueDeps): TokenIssuer {
  return {
    async issue({ tenantId, subjectId, field, value }) {
      if (!words.tokenFields.includes(field) || !isTokenisable(value)) throw new NotTokenisableError();
      const mac = await keys.mac(tenantId, canonicalJson([subjectId, field, value]));
      const key = mappingKey({ tenantId, subjectId, field, mac }, store);
      const existing = await vault.tokenAt(key);
      if (existing !== undefined) return existing;
      const token = newToken(field);
      if (await vault.add(key, { token, value })) return token;
      const other = await vault.tokenAt(key);
      // Erased in between: whoever asks again gets a new one, or finds that nothing may be sent any more.
      if (other === undefined) throw new Error('the mapping was erased while it was made');
      return other;
    },
  };
}

/** DynamoDB would write a lone surrogate as something else, and the value could not be given back. */
function isTokenisable(value: string): boolean {
  return value !== '' && value.length <= MAX_VALUE && !/\p{Surrogate}/u.test(value);
}
