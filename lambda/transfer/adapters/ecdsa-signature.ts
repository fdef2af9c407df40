const INTEGER = 0x02;
const SEQUENCE = 0x30;
/** Bytes of each of the two numbers on P-256. */
const SIZE = 32;

/**
 * An ECDSA signature on P-256 as r and s one after the other, 64 bytes, from the DER that KMS gives
 * (RFC 9421, section 3.3.4; RFC 3279, section 2.2.3). @throws Error when it is no such signature
 */
export function rawSignature(der: Uint8Array): Uint8Array {
  if (der[0] !== SEQUENCE || der[1] !== der.length - 2) throw new Error('a signature that is no DER sequence');
  const r = readInteger(der, 2);
  const s = readInteger(der, r.end);
  if (s.end !== der.length) throw new Error('a signature with more than two numbers');
  return Buffer.concat([padded(r.value), padded(s.value)]);
}

function readInteger(der: Uint8Array, at: number): { value: Uint8Array; end: number } {
  const length = der[at + 1];
  if (der[at] !== INTEGER || length === undefined || length === 0) throw new Error('a signature without two numbers');
  const end = at + 2 + length;
  if (end > der.length) throw new Error('a signature that ends too early');
  return { value: der.subarray(at + 2, end), end };
}

/** Without the zero that keeps a number positive in DER, and with those that DER leaves out. */
function padded(value: Uint8Array): Uint8Array {
  const digits = value[0] === 0 ? value.subarray(1) : value;
  if (digits.length > SIZE) throw new Error('a signature with a number that is too large for P-256');
  return Buffer.concat([Buffer.alloc(SIZE - digits.length), digits]);
}
