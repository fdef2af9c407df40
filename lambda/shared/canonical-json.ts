import canonicalize from 'canonicalize';

/**
 * Canonical JSON (RFC 8785) of a value: what is hashed and signed.
 * Members that are undefined are absent, as in JSON. Throws a TypeError on anything else that JSON
 * cannot carry unchanged (undefined itself or in a list, functions, symbols, bigints, NaN, infinities,
 * strings with a lone surrogate): a hash over a silently altered value would prove nothing.
 */
export function canonicalJson(value: unknown): string {
  assertJson(value);
  const json = canonicalize(value);
  if (json === undefined) throw new TypeError('only a JSON value has a canonical form');
  return json;
}

function assertJson(value: unknown): void {
  switch (typeof value) {
    case 'boolean':
      return;
    case 'number':
      if (!Number.isFinite(value)) throw new TypeError('NaN and infinities have no canonical form');
      return;
    case 'string':
      // With the u flag only a surrogate without its other half matches.
      if (/\p{Surrogate}/u.test(value)) throw new TypeError('a string with a lone surrogate has no canonical form');
      return;
    case 'object':
      if (value === null) return;
      if (Array.isArray(value)) for (const item of value) assertJson(item);
      else
        for (const [name, member] of Object.entries(value)) {
          assertJson(name);
          if (member !== undefined) assertJson(member);
        }
      return;
    default:
      throw new TypeError(`a value of type ${typeof value} has no canonical form`);
  }
}
