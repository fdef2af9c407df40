import type { AcknowledgedFinding } from '../model';
import { type Html, html } from './markup';
import { badge, moreWords, row, type Section, sourceLink, table } from './parts';
import { facetsOf, obligationsOfRule, type View } from './view';
import { counted, dayInWords } from './words';

/** Days before its end from which on an acknowledgement is a warning. */
const SOON = 30;

/** Findings that may stay, those that end first at the top. */
export function acknowledgementsSection(view: View): Section {
  const all = view.report.acknowledgements.map((acknowledgement, i) => ({ acknowledgement, i }));
  const sorted = all.toSorted((a, b) => a.acknowledgement.daysLeft - b.acknowledgement.daysLeft);
  const soon = all.filter(({ acknowledgement: { daysLeft } }) => daysLeft <= SOON).length;
  return {
    id: 'acknowledgements',
    title: 'Findings that may stay',
    body: html`<p>${counted(all.length, 'acknowledgement')}, each with a reason, a role that answers for it and a last day; ${
      soon === 0 ? 'none ends' : counted(soon, 'ends', 'end')
    } within ${SOON} days. Synth fails when one has ended.${moreWords(sorted.length - view.limits.acknowledgements)}</p>
${table(
  'Acknowledged findings, those that end first at the top',
  ['Finding', 'Where', 'Why it may stay', 'Ends', 'Owner', 'Ticket'],
  sorted.slice(0, view.limits.acknowledgements).map(({ acknowledgement, i }) => ({
    attributes: attributesOf(view, acknowledgement),
    id: `ack-${i}`,
    cells: cells(view, acknowledgement),
  })),
)}`,
  };
}

/** Qualified ids are `Pack::Rule[detail]`. */
function attributesOf(view: View, { findings }: AcknowledgedFinding): Html {
  const rules = findings.map((id) => id.replace(/^.*?::/, '').replace(/\[.*$/s, ''));
  return row(
    facetsOf(
      'acknowledged',
      rules.flatMap((rule) => obligationsOfRule(view, rule)),
    ),
  );
}

function cells(
  view: View,
  { findings, at, reason, owner, expires, daysLeft, ticket, source }: AcknowledgedFinding,
): Html[] {
  return [
    html`${findings.map((finding) => html`<code>${finding}</code>`)}`,
    html`${at} ${sourceLink(view, source)}`,
    html`${reason}`,
    html`${endHtml(daysLeft)} <span class="quiet">last day ${dayInWords(expires)}</span>`,
    html`${owner}`,
    html`${ticket}`,
  ];
}

function endHtml(daysLeft: number): Html {
  if (daysLeft < 0) return badge('fail', 'Ended');
  const words = daysLeft === 0 ? 'ends today' : `in ${counted(daysLeft, 'day')}`;
  return daysLeft <= SOON ? html`<span class="b acknowledged">Soon: ${words}</span>` : html`<span>${words}</span>`;
}
