import type { Obligation } from '../model';
import { axisHtml, barHtml } from './bars';
import { type Html, html } from './markup';
import { badge, joined, NOTHING, row, type Section, table } from './parts';
import { facetsOf, grouped, type View } from './view';
import { counted, dayInWords, REGIMES, regimeOf } from './words';

/** Law with its dates, drawn and as a table. */
export function lawSection(view: View): Section {
  const { obligations, today } = view.report;
  const inForce = obligations.filter(({ inForceToday }) => inForceToday).length;
  return {
    id: 'law',
    title: 'What the law asks, and from when',
    body: html`<p>On ${dayInWords(today)}, ${inForce} of ${counted(obligations.length, 'duty', 'duties')} are in force. The privacy
policy promises the others already.</p>
${timeLine(obligations, today)}
${table(
  'Duties of the law',
  ['Duty', 'Asks', 'In force', 'Result', 'Promises', 'Controls'],
  obligations.map((duty) => ({
    attributes: row(facetsOf(duty.result, [duty])),
    id: `duty-${duty.id}`,
    cells: dutyCells(duty),
  })),
)}`,
  };
}

function dutyCells(duty: Obligation): Html[] {
  const { id, citation, requires, result, note, promises, controls } = duty;
  return [
    html`${citation} <span class="quiet">${id}</span>`,
    html`${requires}${note === null ? NOTHING : html`<span class="note">${note}</span>`}`,
    forceHtml(duty),
    badge(result),
    joined(
      promises.map((promise) => html`<a href="#${promise}">${promise}</a>`),
      ', ',
    ),
    html`${controls.join(', ')}`,
  ];
}

/** A duty within a promise. */
export function dutyLine(duty: Obligation | undefined, id: string): Html {
  if (duty === undefined) return html`${badge('unproven')} ${id}: not among the duties of this report.`;
  return html`<a href="#duty-${id}">${duty.citation}</a> ${forceHtml(duty)} ${badge(duty.result)}
<span class="asks">${duty.requires}</span>`;
}

function forceHtml({ inForceToday, inForceFrom, inForceUntil }: Obligation): Html {
  const until = inForceUntil === null ? '' : `, before ${dayInWords(inForceUntil)}`;
  if (inForceToday) return html`<span class="force now">In force since ${dayInWords(inForceFrom)}${until}</span>`;
  return html`<span class="force">Not in force today; from ${dayInWords(inForceFrom)}${until}</span>`;
}

/** Years that are drawn apart; what began before them begins at the left edge. */
const YEARS_BEFORE = 4;
const YEARS_AFTER = 2;

/** One line for duties of the same law and the same days. */
function timeLine(obligations: readonly Obligation[], today: string): Html {
  const first = Number(today.slice(0, 4)) - YEARS_BEFORE;
  const years = YEARS_BEFORE + 1 + YEARS_AFTER;
  const cells = years + 1;
  const place = (day: string) => {
    const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
    return year < first ? 0 : ((year - first + 1 + (month - 1 + (date - 1) / 31) / 12) * 1000) / cells;
  };
  const ticks = Array.from({ length: years }, (_, i) => ((i + 1) * 1000) / cells);
  const groups = [...grouped(obligations, (duty) => `${regimeOf(duty.id)} ${duty.inForceFrom} ${duty.inForceUntil}`)];
  const lines = groups.map(([, duties]) => {
    const [duty] = duties;
    if (duty === undefined) return NOTHING;
    const to = duty.inForceUntil === null ? 1000 : place(duty.inForceUntil);
    const look = duty.inForceToday ? 'in-force' : 'to-come';
    const bar = barHtml([{ from: place(duty.inForceFrom), to, look }], ticks, place(today));
    return html`<li><span class="t"><b>${REGIMES[regimeOf(duty.id)]}</b>, ${counted(duties.length, 'duty', 'duties')}: ${forceHtml(duty)}</span>${bar}</li>`;
  });
  const labels = ['earlier', ...Array.from({ length: years }, (_, i) => String(first + i))];
  return html`<figure class="time"><figcaption>When the duties bind. The thick line is ${dayInWords(today)}.</figcaption>
<ul>${lines}</ul>${axisHtml(labels)}</figure>`;
}
