import { domainToUnicode } from 'node:url';

/**
 * What is wrong with a host name in ASCII, apart from its form; undefined where nothing is.
 *
 * A name with `xn--` labels may not show letters that look like those of another name. It has to decode, and its
 * letters have to be of one script other than Latin, from its first label to its last: neither one foreign letter in a
 * Latin name, nor accents on one, nor a whole word of look-alikes under a Latin top-level domain can be registered.
 */
export function hostProblem(host: string): string | undefined {
  if (!host.split('.').some((label) => label.startsWith('xn--'))) return undefined;
  const shown = domainToUnicode(host);
  if (shown === '' || shown.split('.').some((label) => label.startsWith('xn--')))
    return `expected a host name whose xn-- labels stand for letters, got "${host}"`;
  const scripts = new Set([...shown].filter((sign) => LETTER.test(sign)).map(scriptOf));
  if (scripts.size === 1 && !scripts.has('Latin')) return undefined;
  return `expected an internationalised host name in letters of one script other than Latin, got "${host}"`;
}

const LETTER = /\p{L}/u;

/** Scripts of India's languages and others that top-level domains are registered in; what is none of them is one of its own. */
const SCRIPTS = [
  'Latin',
  'Arabic',
  'Armenian',
  'Bengali',
  'Cyrillic',
  'Devanagari',
  'Georgian',
  'Greek',
  'Gujarati',
  'Gurmukhi',
  'Han',
  'Hangul',
  'Hebrew',
  'Hiragana',
  'Kannada',
  'Katakana',
  'Malayalam',
  'Ol_Chiki',
  'Oriya',
  'Tamil',
  'Telugu',
  'Thai',
].map((name) => ({ name, signs: new RegExp(`\\p{Script=${name}}`, 'u') }));

function scriptOf(letter: string): string {
  return SCRIPTS.find(({ signs }) => signs.test(letter))?.name ?? letter;
}
