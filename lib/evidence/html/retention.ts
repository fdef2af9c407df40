import type { Timeline } from '../model';
import { axisHtml, barHtml } from './bars';
import { type Html, html } from './markup';
import { row, type Section, table } from './parts';
import type { View } from './view';

type Span = Timeline['spans'][number];

const KINDS: Readonly<Record<Span['kind'], string>> = {
  recoverable: 'May be had back',
  'kept-by-law': 'Kept because a law says so',
  'erased-by': 'Erased',
  backup: 'In backups',
  locked: 'Locked',
};

/** Days that the axis names, each as far from the next: a line of days and of years would show one of them only. */
const STOPS = [
  [0, 'day 0'],
  [30, '30 d'],
  [90, '90 d'],
  [366, '1 y'],
  [1096, '3 y'],
  [2922, '8 y'],
  [5844, 'longer'],
] as const;

/** What happens with each class of data and when, drawn and as a table. */
export function retentionSection({ report }: View): Section {
  const rows = report.retention.flatMap((line) =>
    line.spans.map((span) => ({
      attributes: row(),
      cells: [line.id, KINDS[span.kind], span.label, daysInWords(span), span.citation],
    })),
  );
  return {
    id: 'retention',
    title: 'How long data is kept',
    body: html`<p>Days count from what each line names. The axis is not even: it has days at the left and years at the right.</p>
<figure class="time">${report.retention.map(lineHtml)}
<figcaption class="key">${Object.entries(KINDS).map(([kind, words]) => html`<span class="k ${kind}">${words}</span>`)}</figcaption></figure>
${table('The same in words', ['Class', 'What', 'Detail', 'Days', 'Source'], rows)}`,
  };
}

function lineHtml({ id, meaning, dataRole, spans }: Timeline): Html {
  const ticks = STOPS.map((_, i) => (i * 1000) / (STOPS.length - 1)).slice(1, -1);
  const bars = spans.map((span) => {
    const bar = { from: place(span.fromDay), to: span.toDay === null ? 1000 : place(span.toDay), look: span.kind };
    return html`<li><span class="t">${span.label} <span class="quiet">${daysInWords(span)}, ${span.citation}</span></span>${barHtml([bar], ticks)}</li>`;
  });
  return html`<div class="class" ${row()}><h3>${id} <span class="quiet">${dataRole}</span></h3><p>${meaning}</p>
<ul>${bars}</ul>${spans.length === 0 ? html`<p class="quiet">The register says nothing of it.</p>` : axisHtml(STOPS.slice(0, -1).map(([, label]) => label))}</div>`;
}

function place(day: number): number {
  const after = STOPS.findIndex(([stop]) => day <= stop);
  const [from, to] = [STOPS[after - 1]?.[0] ?? 0, STOPS[after]?.[0] ?? 0];
  if (after === -1) return 1000;
  return ((after === 0 ? 0 : after - 1 + (day - from) / (to - from)) * 1000) / (STOPS.length - 1);
}

function daysInWords({ since, fromDay, toDay }: Span): string {
  const start = fromDay === 0 ? `from ${since}` : `from day ${fromDay} after ${since}`;
  if (toDay === null) return `${start}, with no end that a rule sets`;
  return toDay - fromDay <= 1 ? `on day ${fromDay} after ${since}` : `${start} to day ${toDay}`;
}
