import { type Html, html } from './markup';

/** A stretch of a line, from 0 to 1000. */
export interface Bar {
  readonly from: number;
  readonly to: number;
  /** Class of its look in the style sheet. */
  readonly look: string;
}

const WIDTH = 1000;
const HEIGHT = 14;

/**
 * One line of a drawing in time. It stretches to whatever width there is and has no text, which would be stretched too:
 * words stand beside it as HTML.
 *
 * @param ticks places of thin lines; `mark` is the place of a thick one, e.g. today
 */
export function barHtml(bars: readonly Bar[], ticks: readonly number[], mark?: number): Html {
  const lines = ticks.map((x) => html`<path class="tick" d="M${round(x)} 0V${HEIGHT}"/>`);
  const stretches = bars.map(
    ({ from, to, look }) =>
      html`<rect class="${look}" x="${round(from)}" y="3" width="${round(Math.max(to - from, 4))}" height="${HEIGHT - 6}"/>`,
  );
  const now = mark === undefined ? [] : [html`<path class="mark" d="M${round(mark)} 0V${HEIGHT}"/>`];
  return html`<svg class="bar" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true">${[...lines, ...stretches, ...now]}</svg>`;
}

/** Names of equal parts of the width, above or below bars. */
export function axisHtml(labels: readonly string[]): Html {
  return html`<p class="axis" aria-hidden="true">${labels.map((label) => html`<span>${label}</span>`)}</p>`;
}

function round(x: number): number {
  return Math.round(Math.min(Math.max(x, 0), WIDTH));
}
