/// <reference lib="dom" />
import { fromHash, type Query, toHash } from './query';

/** Something that search and filters show or hide. */
interface Row {
  readonly element: HTMLElement;
  readonly section: Element | null;
  readonly text: string;
}

export interface Filters {
  /** Takes over what the address says. */
  readonly read: (hash: string) => void;
  /** Shows everything again. */
  readonly clear: () => void;
}

/** After the last key; the page of a large app has thousands of rows. */
const PAUSE_MS = 120;

/** Makes the form work. */
export function startFilters(): Filters {
  const form = document.querySelector<HTMLFormElement>('#filters');
  const status = document.querySelector<HTMLElement>('#matches');
  if (form === null || status === null) return { read: () => undefined, clear: () => undefined };
  for (const field of form.querySelectorAll<HTMLInputElement | HTMLButtonElement>('input, button'))
    field.disabled = false;
  const rows = [...document.querySelectorAll<HTMLElement>('[data-row]')].map(rowOf);

  const show = (query: Query): void => {
    const shown = rows.filter((row) => {
      row.element.hidden = !matches(row, query);
      return !row.element.hidden;
    });
    hideEmpty(new Set(shown.map(({ section }) => section)), shown.length === rows.length);
    const all = shown.length === rows.length;
    status.textContent = all ? `${rows.length} rows, all shown.` : `${shown.length} of ${rows.length} rows match.`;
    document.documentElement.classList.toggle('filtered', !all);
  };
  const changed = (): void => {
    const query = queryOf(form);
    show(query);
    // Without a new place in the history for each letter, and without moving the page.
    history.replaceState(null, '', `#${toHash(query)}`);
  };

  let waiting: ReturnType<typeof setTimeout> | undefined;
  form.addEventListener('input', () => {
    clearTimeout(waiting);
    waiting = setTimeout(changed, PAUSE_MS);
  });
  form.addEventListener('reset', () => setTimeout(changed));
  form.addEventListener('submit', (event) => event.preventDefault());
  const read = (hash: string): void => {
    const query = fromHash(hash);
    fill(form, query);
    show(query);
  };
  return { read, clear: () => read('') };
}

function rowOf(element: HTMLElement): Row {
  return {
    element,
    section: element.closest('section'),
    text: (element.textContent ?? '').normalize('NFC').toLowerCase().replace(/\s+/g, ' '),
  };
}

function matches({ element, text }: Row, { words, results, laws, now }: Query): boolean {
  const { result, law = '' } = element.dataset;
  if (results.length > 0 && (result === undefined || !results.includes(result))) return false;
  if (laws.length > 0 && !laws.some((letter) => law.includes(letter))) return false;
  if (now && element.dataset.now === undefined) return false;
  return words
    .normalize('NFC')
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** A section without a match says so; what groups or draws its rows goes with them. */
function hideEmpty(sections: ReadonlySet<Element | null>, all: boolean): void {
  for (const section of document.querySelectorAll('section')) {
    const none = !all && !sections.has(section);
    section.classList.toggle('empty', none);
    const words = section.querySelector<HTMLElement>(':scope > .none');
    if (words !== null) words.hidden = !none;
    for (const group of section.querySelectorAll<HTMLElement>('table, .group'))
      group.hidden = !all && group.querySelector('[data-row]:not([hidden])') === null;
  }
}

function queryOf(form: HTMLFormElement): Query {
  const data = new FormData(form);
  const texts = (name: string) => data.getAll(name).map(String);
  return { words: texts('q').join(' ').trim(), results: texts('result'), laws: texts('law'), now: data.has('now') };
}

function fill(form: HTMLFormElement, { words, results, laws, now }: Query): void {
  for (const field of form.querySelectorAll<HTMLInputElement>('input')) {
    if (field.name === 'q') field.value = words;
    if (field.name === 'result') field.checked = results.includes(field.value);
    if (field.name === 'law') field.checked = laws.includes(field.value);
    if (field.name === 'now') field.checked = now;
  }
}
