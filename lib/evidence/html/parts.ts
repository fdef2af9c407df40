import type { Result, Source } from '../model';
import { Html, html } from './markup';
import type { Facets, View } from './view';
import { number, RESULT_WORDS } from './words';

/** What several sections are made of. */

export const NOTHING = html``;

/** Result as a word with a shape. */
export function badge(result: Result, word = RESULT_WORDS[result]): Html {
  return html`<span class="b ${result}">${word}</span>`;
}

/** Attributes of something that search and filters show or hide. */
export function row(facets: Partial<Facets> = {}): Html {
  const { result, regimes = [], inForce = false } = facets;
  return html`data-row${result === undefined ? '' : html` data-result="${result}"`}${
    regimes.length === 0 ? '' : html` data-law="${regimes.join('')}"`
  }${inForce ? html` data-now` : ''}`;
}

/** `lib/data/data-stack.ts:64`, as a link where the source can be read. */
export function sourceLink({ report: { sourceUrl } }: View, source: Source): Html {
  if (source === null) return html`<span class="quiet">place in the source not known</span>`;
  const { file, line } = source;
  return place(sourceUrl, file, `#L${line}`, `${file}:${line}`);
}

/** A file of the repository, as a link where the source can be read. */
export function fileLink({ report: { sourceUrl } }: View, file: string): Html {
  return place(sourceUrl, file, '', file);
}

function place(sourceUrl: string | null, file: string, fragment: string, text: string): Html {
  // Whatever else an address may be, such as `javascript:`, is no link.
  if (sourceUrl === null || !/^https?:\/\//.test(sourceUrl)) return html`<code>${text}</code>`;
  const path = file.split('/').map(encodedSegment).join('/');
  return html`<a href="${sourceUrl}/${path}${fragment}">${text}</a>`;
}

/** A lone half of a surrogate pair would make encodeURIComponent throw. */
function encodedSegment(segment: string): string {
  return encodeURIComponent(Buffer.from(segment).toString());
}

/** Section of the page; the index lists it by its title. */
export interface Section {
  readonly id: string;
  readonly title: string;
  readonly body: Html;
}

export function sectionHtml({ id, title, body }: Section): Html {
  return html`<section id="${id}" aria-labelledby="${id}-title" tabindex="-1">
<h2 id="${id}-title">${title}</h2>
${body}
<p class="none" hidden>Nothing in this section matches.</p>
</section>`;
}

/**
 * A table whose rows become blocks on a phone, with the column's name before each cell.
 *
 * @param named false: cells say by themselves what they are
 */
export function table(caption: string, columns: readonly string[], rows: readonly TableRow[], named = true): Html {
  const heads = columns.map((column) => html`<th scope="col">${column}</th>`);
  return html`<table><caption>${caption}</caption><thead><tr>${heads}</tr></thead><tbody>
${rows.map((cells) => tableRow(named ? columns : [], cells))}
</tbody></table>`;
}

export interface TableRow {
  /** From `row`; NOTHING where filters leave it alone. */
  readonly attributes: Html;
  readonly id?: string;
  readonly cells: readonly (Html | string | number)[];
}

function tableRow(columns: readonly string[], { attributes, id, cells }: TableRow): Html {
  const [head = '', ...rest] = cells;
  const others = rest.map((cell, i) => {
    const column = columns[i + 1];
    return html`<td${column === undefined ? '' : html` data-c="${column}"`}>${cell}</td>`;
  });
  return html`<tr${id === undefined ? '' : html` id="${id}"`} ${attributes}><th scope="row">${head}</th>${joined(others)}</tr>`;
}

/** Without the line break that a template puts between the items of a list. */
export function joined(parts: readonly Html[], separator = ''): Html {
  return new Html(parts.map(({ text }) => text).join(separator));
}

/** Bullets, or nothing where there are none. */
export function list(items: readonly (Html | string)[], className = ''): Html {
  if (items.length === 0) return NOTHING;
  return html`<ul class="${className}">${joined(items.map((item) => html`<li>${item}</li>`))}</ul>`;
}

/** Something that opens. @param id of its content: a link to it opens it, also where no script runs. */
export function fold(id: string, summary: Html, content: Html, attributes: Html = NOTHING): Html {
  return html`<details ${attributes}><summary>${summary}</summary><div class="in" id="${id}">${content}</div></details>`;
}

/** What is not written out, for the size of the page. */
export function moreWords(more: number): string {
  return more > 0 ? ` ${number(more)} more stand in evidence.json alone.` : '';
}

/** Path of a construct within its stack, without the name that the CDK gives the resource itself. */
export function withoutStack(at: string, stack: string): string {
  const path = at.startsWith(`${stack}/`) ? at.slice(stack.length + 1) : at;
  return path.replace(/\/Resource$/, '');
}
