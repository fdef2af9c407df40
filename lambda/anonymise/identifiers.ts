/** Letters from which on a part of a text can be looked for inside of words; shorter ones must be words. */
const SHORTEST_PART = 3;
/** Digits from which on a number is taken for that of a phone, and those of them that do not change with the prefix. */
const PHONE_DIGITS = 7;
const SUBSCRIBER_DIGITS = 10;

/** A text in the forms that identifiers are looked for in. Make it once for many identifiers. */
export interface Searchable {
  readonly squashed: string;
  readonly words: ReadonlySet<string>;
  readonly digits: string;
}

/** Without case, spaces, punctuation and differences of writing that Unicode knows (NFKC). */
export function searchable(text: string): Searchable {
  const words = wordsOf(text);
  return { squashed: words.join(''), words: new Set(words), digits: digitsOf(text) };
}

/** An identifier in the forms that are looked for. Make it once for many texts. */
export interface Identifier {
  readonly whole: string;
  /** Words of a name, or of what stands before the `@`. */
  readonly parts: readonly string[];
  /** Of a phone number, without its prefix; empty where it is none. */
  readonly digits: string;
}

export function identifierOf(text: string): Identifier {
  const digits = digitsOf(text);
  return {
    whole: wordsOf(text).join(''),
    parts: wordsOf(text.split('@')[0] ?? ''),
    digits: digits.length >= PHONE_DIGITS ? digits.slice(-SUBSCRIBER_DIGITS) : '',
  };
}

/**
 * Whether an identifier stands in a text, however it is written: `98300-12345` is found in `+91 9830012345`, and
 * `Mitali Sen` in `MITALI.SEN`.
 *
 * @param partly whether a part of it counts too: for free text
 */
export function occursIn({ whole, parts, digits }: Identifier, text: Searchable, partly: boolean): boolean {
  if (whole === '') return false;
  if (digits !== '' && text.digits.includes(digits)) return true;
  return found(whole, text) || (partly && parts.some((part) => found(part, text)));
}

function found(part: string, { squashed, words }: Searchable): boolean {
  return part.length < SHORTEST_PART ? words.has(part) : squashed.includes(part);
}

/** Marks count as letters: the vowel signs of Indian scripts are marks. */
function wordsOf(text: string): string[] {
  return fold(text).match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
}

function digitsOf(text: string): string {
  return fold(text).replace(/\P{Nd}/gu, '');
}

/** Zero in the scripts of India, after which its other nine digits follow. NFKC leaves them as they are. */
const ZEROS = [0x0660, 0x06f0, 0x0966, 0x09e6, 0x0a66, 0x0ae6, 0x0b66, 0x0be6, 0x0c66, 0x0ce6, 0x0d66, 0x1c50, 0xabf0];

/** Normalised twice, since lower case can undo what the first normalisation did. */
function fold(text: string): string {
  const folded = text.normalize('NFKC').toLowerCase().normalize('NFKC');
  return folded.replace(/\p{Nd}/gu, (digit) => {
    const code = digit.codePointAt(0) ?? 0;
    const zero = ZEROS.find((each) => code >= each && code <= each + 9);
    return zero === undefined ? digit : String(code - zero);
  });
}
