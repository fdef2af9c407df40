import { randomBytes, randomInt } from 'node:crypto';

/**
 * What tokens look like. Each has the shape of its field, so that a processor's checks of form take it, and can
 * be told from the real thing at a glance:
 *
 * - an e-mail address below `.invalid`, which is no domain and never will be (RFC 2606, section 2);
 * - a number of `+999`, a country code that ITU-T E.164 keeps in reserve, with more digits than any number has:
 *   no exchange connects it;
 * - a name, and whatever has no shape of its own, as a word with letters and digits behind it.
 */

/** Letters and digits that are not taken for one another; 32 of them, so that a byte chooses evenly. */
const ALPHABET = 'abcdefghjkmnpqrstuvwxyz023456789';
const LETTERS = 26;
const DIGITS = 38;

const FORMS: ReadonlyMap<string, () => string> = new Map([
  ['email', () => `t-${randomText()}@token.digicrm.invalid`],
  ['phone', () => `+999${Array.from({ length: DIGITS }, () => randomInt(10)).join('')}`],
  ['name', () => `Person-${randomText()}`],
]);

/** Every form of a token, and nothing that could be an address, number or name of somebody. */
export const TOKEN_PATTERN = new RegExp(
  `^(?:t-[${ALPHABET}]{${LETTERS}}@token\\.digicrm\\.invalid|\\+999[0-9]{${DIGITS}}|(?:Person|Token)-[${ALPHABET}]{${LETTERS}})$`,
);

/** A new token for a field, by the last part of its path: `billing.email` is an e-mail address. At least 126 random bits. */
export function newToken(field: string): string {
  const form = FORMS.get(field.slice(field.lastIndexOf('.') + 1));
  return form === undefined ? `Token-${randomText()}` : form();
}

function randomText(): string {
  return Array.from(randomBytes(LETTERS), (byte) => ALPHABET[byte % ALPHABET.length]).join('');
}
