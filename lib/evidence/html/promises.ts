import type { Promised } from '../model';
import { controlHtml } from './control';
import { dutyLine } from './law';
import { type Html, html } from './markup';
import { badge, fold, joined, NOTHING, row, type Section } from './parts';
import { facetsOf, type View } from './view';
import { counted } from './words';

/** P1 to P22, from the top of the page in one step each. */
export function promiseIndex({ report }: View): Html {
  const links = report.promises.map(
    ({ id, result, text }) =>
      html`<li><a href="#${id}" title="${text}"><span class="n">${id}</span> ${badge(result)}</a></li>`,
  );
  return html`<nav aria-label="Promises" class="index"><h2 class="small">Promises</h2><ul>${joined(links)}</ul></nav>`;
}

/** The matrix: each statement of the policy down to resources. */
export function promisesSection(view: View): Section {
  return {
    id: 'promises',
    title: 'What the privacy policy promises',
    body: html`<p>Each statement opens to the duties of law beside it and to the controls that keep it; each control to its rules,
tests and files; each rule to the resources that it looked at and the line that made them.</p>
${view.report.promises.map((promise) => promiseHtml(view, promise))}`,
  };
}

function promiseHtml(view: View, promise: Promised): Html {
  const { id, text, result, note, controls, obligations } = promise;
  const duties = obligations.map((duty) => view.obligations.get(duty));
  const summary = html`<span class="n">${id}</span><span class="t">${text}</span>${badge(result)}`;
  const known = controls.map((control) => view.controls.get(control)).filter((control) => control !== undefined);
  const content = html`${note === null ? NOTHING : html`<p class="note">${note}</p>`}
<h3>Duties of law beside it</h3>
${
  obligations.length === 0
    ? html`<p class="quiet">The register names none.</p>`
    : html`<ul class="duties">${joined(obligations.map((duty) => html`<li>${dutyLine(view.obligations.get(duty), duty)}</li>`))}</ul>`
}
<h3>${known.length === 0 ? 'Controls' : `Kept by ${counted(known.length, 'control')}`}</h3>
${known.length === 0 ? html`<p class="quiet">None: nothing in software keeps it.</p>` : known.map((control) => controlHtml(view, control))}`;
  return fold(id, summary, content, html`class="promise" ${row(facetsOf(result, duties))}`);
}
