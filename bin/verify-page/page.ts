/// <reference lib="dom" />
// First, before any schema is made.
import './jitless';
import { CHECKS, type Check, examine, type Given, type Report } from './checks';
import { type Content, contentOf, STORE_COLUMNS } from './content';

/** Far above any of the files; a larger one is not read. */
const MAX_BYTES = 1024 * 1024;
const FIELDS = ['certificate', 'key', 'ledger-key', 'checkpoint', 'consistency'] as const;

const RESULT: Readonly<Record<Check['result'], readonly [word: string, style: string]>> = {
  holds: ['Holds', 'good'],
  fails: ['Fails', 'bad'],
  'not-checked': ['Not checked', 'open'],
};

/** A part of the page that it was written with. */
function part<T extends HTMLElement>(id: string, type: new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new Error(`the page has no ${id}`);
  return found;
}

const form = part('form', HTMLFormElement);
const verdict = part('verdict', HTMLElement);
const inputs = new Map(FIELDS.map((id) => [id, part(id, HTMLInputElement)]));

/** An element with texts and elements in it: never HTML, whatever a file says. */
function element(tag: string, className: string, ...children: readonly (string | Node)[]): HTMLElement {
  const made = document.createElement(tag);
  if (className !== '') made.className = className;
  made.append(...children);
  return made;
}

/** Counts the runs: what an earlier one finds is not shown any more. */
let latest = 0;

async function refresh(): Promise<void> {
  latest += 1;
  const run = latest;
  const shown = await view();
  if (run !== latest) return;
  verdict.replaceChildren(...shown.verdict);
  part('check-list', HTMLElement).replaceChildren(...shown.checks);
  part('checks', HTMLElement).hidden = shown.checks.length === 0;
  part('content-body', HTMLElement).replaceChildren(...shown.content);
  part('content', HTMLElement).hidden = shown.content.length === 0;
}

interface Shown {
  readonly verdict: readonly Node[];
  readonly checks: readonly Node[];
  readonly content: readonly Node[];
}

async function view(): Promise<Shown> {
  const only = (style: string, words: string): Shown => ({
    verdict: [element('p', style, words)],
    checks: [],
    content: [],
  });
  if (globalThis.crypto?.subtle === undefined)
    return only(
      'bad',
      'This browser lets a page check signatures only over https or from a file: save it and open it.',
    );
  const files = new Map(FIELDS.map((id) => [id, inputs.get(id)?.files?.[0]]));
  if (files.get('certificate') === undefined || files.get('key') === undefined)
    return only('hint', 'Choose a certificate and its public key.');
  if ([...files.values()].some((file) => (file?.size ?? 0) > MAX_BYTES))
    return only('bad', 'Refused: a file is too large to be what it is chosen as.');
  let given: Given;
  try {
    given = await read(files);
  } catch {
    return only('bad', 'Refused: a file could not be read. Choose it again.');
  }
  return reportView(await examine(given));
}

async function read(files: ReadonlyMap<(typeof FIELDS)[number], File | undefined>): Promise<Given> {
  const text = async (id: (typeof FIELDS)[number]) => files.get(id)?.text();
  return {
    certificate: new Uint8Array((await files.get('certificate')?.arrayBuffer()) ?? []),
    key: (await text('key')) ?? '',
    ledgerKey: await text('ledger-key'),
    checkpoint: await text('checkpoint'),
    consistency: await text('consistency'),
  };
}

function reportView({ checks, certificate, fileSha256 = '', reason }: Report): Shown {
  const items = checks.map(({ id, result, words }) => {
    const [word, style] = RESULT[result];
    return element('li', '', element('strong', style, word), ` – ${CHECKS[id]}: ${words}`);
  });
  if (certificate === undefined)
    return {
      verdict: [element('p', 'bad', element('strong', '', 'Refused'), `: ${reason}.`)],
      checks: items,
      content: [],
    };
  const open = checks.filter(({ id, result }) => result === 'not-checked' && id !== 'consistency');
  const words = open.length > 0 ? ', but its place in the ledger was not checked.' : ', and it stands in the ledger.';
  return {
    verdict: [element('p', open.length > 0 ? 'open' : 'good', element('strong', '', 'Valid'), words)],
    checks: items,
    content: contentView(contentOf(certificate, fileSha256)),
  };
}

function contentView({ summary, facts, stores, lists }: Content): Node[] {
  const terms = facts.flatMap(([term, text]) => [element('dt', '', term), element('dd', '', text)]);
  return [
    element('p', '', summary),
    element('dl', '', ...terms),
    storeTable(stores),
    ...lists.flatMap(({ title, items }) => [
      element('h3', '', title),
      element('ul', '', ...items.map((item) => element('li', '', item))),
    ]),
  ];
}

/** On a phone each row stands as a block, so that each cell says which column it is of. */
function storeTable(stores: Content['stores']): HTMLElement {
  const role = (made: HTMLElement, name: string) => {
    // Some browsers forget what a table is once its parts are displayed as blocks.
    made.setAttribute('role', name);
    return made;
  };
  const head = STORE_COLUMNS.map((column) => role(element('th', '', column), 'columnheader'));
  const rows = stores.map((store) => {
    const cells = STORE_COLUMNS.map((column, i) => {
      const cell = role(element(i === 0 ? 'th' : 'td', '', store[column]), i === 0 ? 'rowheader' : 'cell');
      cell.dataset.column = column;
      return cell;
    });
    return role(element('tr', '', ...cells), 'row');
  });
  return role(
    element(
      'table',
      '',
      element('caption', '', 'Stores'),
      role(element('thead', '', role(element('tr', '', ...head), 'row')), 'rowgroup'),
      role(element('tbody', '', ...rows), 'rowgroup'),
    ),
    'table',
  );
}

const refreshed = () => void refresh();
form.addEventListener('change', refreshed);
// The fields are empty only after the event.
form.addEventListener('reset', () => setTimeout(refreshed));
form.addEventListener('submit', (event) => event.preventDefault());

/** A field takes a file that is dropped on it; anywhere else a browser would leave the page for it. */
const isField = ({ target }: Event) => target instanceof HTMLInputElement && target.type === 'file';
document.addEventListener('dragover', (event) => {
  if (!isField(event)) event.preventDefault();
});
document.addEventListener('drop', (event) => {
  const certificate = inputs.get('certificate');
  if (isField(event) || certificate === undefined) return;
  event.preventDefault();
  if (event.dataTransfer === null || event.dataTransfer.files.length === 0) return;
  certificate.files = event.dataTransfer.files;
  refreshed();
});
// A browser may keep the choices of a page that is opened again.
refreshed();
