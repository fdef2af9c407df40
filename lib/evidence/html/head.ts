import type { EvidenceReport, Result } from '../model';
import { RESULTS } from '../model';
import { type Html, html } from './markup';
import { badge, NOTHING } from './parts';
import { counted, dayInWords, instantInWords, number, REGIMES, RESULT_MEANINGS, RESULT_WORDS } from './words';

/** What the report is of, and by which hashes it is known. */
export function headHtml(report: EvidenceReport): Html {
  const commit =
    report.commit === null ? 'none: it was made outside of a repository' : html`<code>${report.commit}</code>`;
  const changed = report.changed ? html` <strong class="bad">Files differed from it.</strong>` : NOTHING;
  return html`<header>
<p class="kind">Evidence report</p>
<h1>What DigiCRM promises, and what shows it</h1>
<p class="lead">The 22 statements of the privacy policy and the duties of Indian law, each with the controls that keep it, the
rules and tests that show it, and the resources that they looked at. Every figure is computed from the synthesised
templates, the findings and the tests of one run. It is no legal advice, and what is shown in templates is not shown
in an account unless a section says so.</p>
<dl class="facts">
<div><dt>Stage</dt><dd>${report.stage}</dd></div>
<div><dt>Law as of</dt><dd>${dayInWords(report.today)}, in India</dd></div>
<div><dt>Made</dt><dd>${instantInWords(report.madeAt)}, version ${report.version}</dd></div>
<div class="wide"><dt>Commit</dt><dd>${commit}${changed}</dd></div>
<div class="wide"><dt>SHA-256 of this report's data (evidence.json)</dt><dd><code>${report.hash}</code></dd></div>
<div class="wide"><dt>SHA-256 of the register</dt><dd><code>${report.registerHash}</code></dd></div>
<div class="wide"><dt>SHA-256 of the templates</dt><dd><code>${report.templatesHash}</code></dd></div>
</dl>
</header>`;
}

/** One sentence on the whole, and no good one while anything is broken or not shown. */
export function verdictHtml(report: EvidenceReport): Html {
  const { promises, controls } = report;
  const red = promises.filter(({ result }) => isRed(result));
  const redControls = controls.filter(({ result }) => isRed(result));
  const counts = RESULTS.flatMap((result) => {
    const of = promises.filter((promise) => promise.result === result).length;
    return of === 0 ? [] : [`${of} ${RESULT_WORDS[result].toLowerCase()}`];
  }).join(', ');
  const tone = red.length + redControls.length > 0 || promises.length === 0 ? 'bad' : 'good';
  const sentence =
    promises.length === 0
      ? 'The report has no promises, so it shows nothing.'
      : tone === 'good'
        ? 'No promise and no control is broken or unproven.'
        : `${red.length} of ${counted(promises.length, 'promise')} and ${redControls.length} of ${counted(controls.length, 'control')} are broken or unproven.`;
  return html`<div id="verdict" class="${tone}"><p><strong>${sentence}</strong> Promises: ${counts || 'none'}.</p></div>`;
}

function isRed(result: Result): boolean {
  return result === 'fail' || result === 'unproven';
}

/** Counts by result, which filter; and the other filters. Without a script they are counts alone. */
export function filtersHtml(report: EvidenceReport): Html {
  const { promises, obligations, controls, rules } = report;
  const lists = [promises, obligations, controls, rules];
  const count = (result: Result) =>
    lists.map((list) => html`<td>${number(list.filter((item) => item.result === result).length)}</td>`);
  const rows = RESULTS.map(
    (
      result,
    ) => html`<tr><th scope="row"><label title="${RESULT_MEANINGS[result]}"><input type="checkbox" name="result" value="${result}"
disabled> ${badge(result)}</label></th>${count(result)}</tr>`,
  );
  const laws = Object.entries(REGIMES).map(
    ([letter, name]) => html`<label><input type="checkbox" name="law" value="${letter}" disabled> ${name}</label>`,
  );
  return html`<form id="filters" role="search" aria-label="Search and filter this report">
<table class="counts"><caption>Counts by result<span class="js">; tick to show only those</span></caption>
<thead><tr><th scope="col">Result</th><th scope="col">Promises</th><th scope="col">Duties</th><th scope="col">Controls</th><th scope="col">Rules</th></tr></thead>
<tbody>${rows}</tbody></table>
<div class="js more">
<p class="field"><label for="q">Search</label> <input type="search" id="q" name="q" autocomplete="off" spellcheck="false"
placeholder="Words, ids, files, resources" disabled></p>
<fieldset><legend>Law</legend>${laws}</fieldset>
<fieldset><legend>Time</legend><label><input type="checkbox" name="now" value="1" disabled> In force today</label></fieldset>
<p class="field"><button type="reset" disabled>Show everything</button></p>
</div>
<p id="matches" role="status" aria-live="polite"></p>
</form>
<details class="legend"><summary>What the results mean</summary><dl class="in">${RESULTS.map(
    (result) => html`<div><dt>${badge(result)}</dt><dd>${RESULT_MEANINGS[result]}</dd></div>`,
  )}</dl></details>`;
}
