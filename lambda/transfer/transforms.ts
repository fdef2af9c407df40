/** What is done to single values. Characters are what people take for one, whatever it is made of. */

const KEPT = 4;
/** Always as many, so that the length is not told. */
const HIDDEN = '****';

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

function charactersOf(text: string): string[] {
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** The last characters, and never more than half of what there is. */
export function hideFromView(text: string, keep: number = KEPT): string {
  const characters = charactersOf(text);
  const shown = Math.min(keep, Math.floor(characters.length / 2));
  return HIDDEN + characters.slice(characters.length - shown).join('');
}

/** The first characters. */
export function shorten(text: string, keep: number = KEPT): string {
  return charactersOf(text).slice(0, keep).join('');
}
