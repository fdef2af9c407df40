import type { EvidenceReport } from '../model';
import { acknowledgementsSection } from './acknowledgements';
import { pageAssets } from './assets';
import { dataSection } from './data';
import { filtersHtml, headHtml, verdictHtml } from './head';
import { lawSection } from './law';
import { limitsOf, MOST_BYTES, STEPS } from './limits';
import { resourcesSection, testsSection } from './lists';
import { Html, html } from './markup';
import { joined, sectionHtml } from './parts';
import { promiseIndex, promisesSection } from './promises';
import { retentionSection } from './retention';
import { rulesSection } from './rules';
import { changesSection, liveSection, switchesSection } from './state';
import { type View, viewOf } from './view';

/**
 * The report as one HTML file that loads nothing and may connect to nothing. It can be read, printed and walked through
 * without its script, which adds search and filters. The same report gives the same bytes.
 */
export function renderHtml(report: EvidenceReport): string {
  for (let step = 0; ; step++) {
    const page = pageOf(viewOf(report, limitsOf(step)));
    if (step === STEPS || Buffer.byteLength(page) <= MOST_BYTES) return page;
  }
}

function pageOf(view: View): string {
  const { report } = view;
  const { style, script, policy } = pageAssets();
  const sections = [
    promisesSection(view),
    lawSection(view),
    dataSection(view),
    retentionSection(view),
    acknowledgementsSection(view),
    switchesSection(view),
    liveSection(view),
    changesSection(view),
    rulesSection(view),
    testsSection(view),
    resourcesSection(view),
  ];
  const links = sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`);
  return html`<!doctype html>
<html lang="en-IN">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Html(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>Evidence report, ${report.stage}, ${report.today}</title>
<style>${new Html(style)}</style>
</head>
<body>
<a class="skip" href="#promises">Skip to the promises</a>
<div class="page">
${headHtml(report)}
<div class="top">
${verdictHtml(report)}
${promiseIndex(view)}
${filtersHtml(report)}
</div>
<nav aria-label="Sections" class="sections"><h2 class="small">Sections</h2><ul>${joined(links)}</ul></nav>
<main>
${sections.map(sectionHtml)}
</main>
<footer><p>Made by DigiCRM compliance control plane, version ${report.version}, from evidence.json with SHA-256 <code>${report.hash}</code>.
The file has everything that this page has, and what it leaves out for its size.</p></footer>
</div>
<script>${new Html(script)}</script>
</body>
</html>
`.text;
}
