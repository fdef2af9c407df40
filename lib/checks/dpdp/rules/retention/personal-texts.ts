import type { Facts } from '../../facts';

/** Shapes of what is about a person, each with the word that a finding has for it. The text itself is in no finding. */
const SHAPES: readonly (readonly [string, RegExp])[] = [
  ['e-mail address', /[^\s@<>:/]+@[^\s@<>:/]+\.[a-z]{2,}/i],
  ['mobile number', /(?<![\dA-Za-z])(?:(?:\+|00)?91[- ]?)?[6-9]\d{4}[- ]?\d{5}(?![\dA-Za-z])/],
  ['PAN', /(?<![A-Za-z\d])[A-Z]{3}[ABCFGHJLPT][A-Z]\d{4}[A-Z](?![A-Za-z\d])/],
  ['Aadhaar number', /(?<!\d[- ]?)[2-9]\d{3}[- ]\d{4}[- ]\d{4}(?![- ]?\d)/],
];

/** Twelve digits in a row: an account has as many, but the last one of an Aadhaar number follows from the others. */
const TWELVE = /(?<!\d)[2-9]\d{11}(?!\d)/g;

/** What a text looks like that may be about a person; none where it looks like nothing of the kind. */
export function looksLike(text: string): readonly string[] {
  const found = SHAPES.filter(([, shape]) => shape.test(text)).map(([name]) => name);
  const twelve = text.match(TWELVE) ?? [];
  return twelve.some(hasVerhoeffDigit) ? [...found, 'Aadhaar number'] : found;
}

/** Words of the list that stand in a name, be it in camel case or with separators. */
export function personalWords(name: string, { personalWords: words }: Facts): readonly string[] {
  const parts = name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);
  // `first-name` says the same as `firstname`.
  const all = new Set([...parts, ...parts.slice(1).map((part, i) => `${parts[i]}${part}`)]);
  // `e-mail` and `email` of the list are one word.
  return [...new Set(words.map((word) => word.toLowerCase().replace(/[^a-z0-9]/g, '')))].filter((word) =>
    all.has(word),
  );
}

/** Rows of the dihedral group of ten elements, and of the permutation by place, of Verhoeff's check digit. */
const MULTIPLY = [
  '0123456789',
  '1234067895',
  '2340178956',
  '3401289567',
  '4012395678',
  '5987604321',
  '6598710432',
  '7659821043',
  '8765932104',
  '9876543210',
];
const PERMUTE = [
  '0123456789',
  '1576283094',
  '5803796142',
  '8916043527',
  '9453126870',
  '4286573901',
  '2793806415',
  '7046913258',
];

function hasVerhoeffDigit(digits: string): boolean {
  const sum = [...digits].reverse().reduce((so, digit, i) => {
    const permuted = PERMUTE[i % 8]?.[Number(digit)] ?? '0';
    return MULTIPLY[so]?.[Number(permuted)] === undefined ? so : Number(MULTIPLY[so][Number(permuted)]);
  }, 0);
  return sum === 0;
}
