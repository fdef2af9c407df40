import { type Html, html } from './markup';
import { joined } from './parts';

/** Boxes with lines of text, and arrows, in SVG. Units are CSS pixels at the width that a drawing is made for. */

export interface Line {
  readonly text: string;
  /** Class of its look in the style sheet. */
  readonly look: 'title' | 'head' | 'item' | 'denied';
}

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly look: string;
  readonly lines: readonly Line[];
}

const LINE = 18;
const PAD = 12;
/** Width of a letter at the size of the style sheet; what is too long is cut, and stands in the table beside. */
const LETTER = 6.7;

/** Height that the lines need. */
export function heightOf(lines: number): number {
  return lines * LINE + 2 * PAD;
}

export function boxHtml({ x, y, width, height, look, lines }: Box): Html {
  const letters = Math.floor((width - 2 * PAD) / LETTER);
  const texts = lines.map(
    ({ text, look: style }, i) =>
      html`<text class="${style}" x="${x + PAD}" y="${y + PAD + 13 + i * LINE}">${cut(text, style === 'title' ? letters - 3 : letters)}</text>`,
  );
  return html`<rect class="box ${look}" x="${x}" y="${y}" width="${width}" height="${height}" rx="4"/>${joined(texts)}`;
}

/** By whole characters, so that none is torn. */
function cut(text: string, letters: number): string {
  const characters = Array.from(text.slice(0, 4 * letters));
  return characters.length <= letters && text.length <= 4 * letters
    ? text
    : `${characters.slice(0, letters - 1).join('')}…`;
}

export type Point = readonly [x: number, y: number];

/** Straight line with a head at its end. @param label beside its middle */
export function arrowHtml([x1, y1]: Point, [x2, y2]: Point, label: string, look = 'arrow'): Html {
  const across = y1 === y2;
  const head = across ? `M${x2} ${y2}l-8 -5v10z` : `M${x2} ${y2}l-5 -8h10z`;
  const text = across
    ? html`<text class="item" text-anchor="middle" x="${(x1 + x2) / 2}" y="${y1 - 7}">${label}</text>`
    : html`<text class="item" x="${x1 + 10}" y="${(y1 + y2) / 2 + 4}">${label}</text>`;
  return html`<path class="${look}" d="M${x1} ${y1}L${x2} ${y2}"/><path class="${look} head" d="${head}"/>${text}`;
}

/** @param label for whoever cannot see it; the tables say the same in full */
export function svgHtml(width: number, height: number, className: string, label: string, parts: readonly Html[]): Html {
  return html`<svg class="map ${className}" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${label}">
${parts}
</svg>`;
}
