import type { Change, Result } from '../model';
import { RESULTS } from '../model';
import { type Html, html } from './markup';
import { badge, row, type Section, table } from './parts';
import type { View } from './view';
import { counted, instantInWords } from './words';

/** What is switched off, why; and what is on. */
export function switchesSection({ report }: View): Section {
  const sorted = report.switches.toSorted((a, b) => Number(a.on) - Number(b.on));
  const off = sorted.filter(({ on }) => !on).length;
  return {
    id: 'switches',
    title: 'What is switched off, and why',
    body: html`<p>Of ${counted(sorted.length, 'switch', 'switches')} of stage ${report.stage}, ${off} are off.</p>
${table(
  'Switches of the stage',
  ['Switch', 'State', 'Why'],
  sorted.map(({ id, on, reason }) => ({
    attributes: row(),
    cells: [
      html`<code>${id}</code>`,
      on ? badge('pass', 'On') : badge('planned', 'Off'),
      reason ?? (on ? '' : 'no reason is given'),
    ],
  })),
)}`,
  };
}

/** What a running account answered. */
export function liveSection({ report: { live } }: View): Section {
  const title = 'What the running account says';
  if (live === null)
    return {
      id: 'live',
      title,
      body: html`<p>No account was asked. Everything here is read from templates and tests.</p>`,
    };
  const sorted = live.checks.toSorted((a, b) => RESULTS.indexOf(a.result) - RESULTS.indexOf(b.result));
  return {
    id: 'live',
    title,
    body: html`<p>${live.endpoint === 'aws' ? 'AWS' : `A local cloud at ${live.endpoint}, which is no AWS account,`} was asked at
${instantInWords(live.checkedAt)}.</p>
${table(
  'Checks against it',
  ['Resource', 'What', 'Expected', 'Found', 'Result'],
  sorted.map(({ at, what, expected, actual, result }) => ({
    attributes: row({ result }),
    cells: [at, what, html`<code>${expected}</code>`, html`<code>${actual}</code>`, badge(result)],
  })),
)}`,
  };
}

/** What is another than in the last report, what got worse at the top. */
export function changesSection({ report: { changes } }: View): Section {
  const title = 'What changed since the last report';
  if (changes === null)
    return { id: 'changes', title, body: html`<p>No earlier report was given to compare with.</p>` };
  const sorted = changes.toSorted((a, b) => Number(b.worse) - Number(a.worse));
  const worse = sorted.filter((change) => change.worse).length;
  return {
    id: 'changes',
    title,
    body: html`<p>${counted(changes.length, 'change')}; ${worse} for the worse.</p>
${table(
  'Changes',
  ['What', 'Before', 'Now', 'Direction'],
  sorted.map((change) => ({ attributes: attributesOf(change), cells: cells(change) })),
)}`,
  };
}

function attributesOf({ after }: Change): Html {
  return row({ result: RESULTS.find((result) => result === after) });
}

function cells({ kind, id, before, after, worse }: Change): Html[] {
  const state = (text: string | null) => {
    const result: Result | undefined = RESULTS.find((one) => one === text);
    return result === undefined ? html`${text ?? 'not there'}` : badge(result);
  };
  return [
    html`${kind} <code>${id}</code>`,
    state(before),
    state(after),
    worse ? html`<span class="b fail">Worse</span>` : html`<span>not worse</span>`,
  ];
}
