import type { Control } from '../model';
import { type Html, html } from './markup';
import { badge, fileLink, joined, list, NOTHING } from './parts';
import { ranWords, ruleFindings } from './rules';
import type { View } from './view';
import { counted, slug } from './words';

/** A control within a promise. It may stand in several, so nothing in it has an id. */
export function controlHtml(view: View, control: Control): Html {
  const { id, statement, result, reasons, keptBy, rules, tests, watchedBy } = control;
  return html`<details class="control"><summary><span class="t"><code>${id}</code> ${statement}</span>${badge(result)}</summary>
<div class="in">
${list(reasons, 'reasons')}
<h4>${rules.length === 0 ? 'No rule shows it' : counted(rules.length, 'rule')}</h4>
${rules.map((rule) => ruleWithin(view, rule))}
<h4>${tests.length === 0 ? 'No test shows it' : counted(tests.length, 'file of tests', 'files of tests')}</h4>
${list(tests.map((file) => testWithin(view, file)))}
${keptBy.length === 0 ? NOTHING : html`<h4>Kept by</h4>${list(keptBy.map((file) => fileLink(view, file)))}`}
${
  watchedBy.length === 0
    ? NOTHING
    : html`<h4>Watched in the account by AWS Config</h4><p>${joined(
        watchedBy.map((rule) => html`<code>${rule}</code>`),
        ', ',
      )}</p>`
}
</div></details>`;
}

function ruleWithin(view: View, id: string): Html {
  const rule = view.rules.get(id);
  if (rule === undefined) return html`<p>${badge('unproven')} <code>${id}</code>: no such rule ran.</p>`;
  const target = slug('rule', id);
  return html`<details class="rule"><summary><span class="t"><code>${id}</code> ${rule.title}</span>${badge(rule.result)}</summary>
<div class="in"><p>${ranWords(rule)} ${rule.why}</p><p><b>To fix:</b> ${rule.fix}</p>
${ruleFindings(view, rule)}
<p><a href="#${target}" data-copy="${target}">${counted(rule.ran, 'resource')} that it looked at</a></p></div></details>`;
}

function testWithin(view: View, file: string): Html {
  const test = view.tests.get(file);
  const link = fileLink(view, file);
  if (test === undefined || test.result === 'not-run') return html`${badge('unproven', 'Not run')} ${link}`;
  const words = test.failed > 0 ? `${test.failed} failed, ${test.passed} passed` : `${test.passed} passed`;
  return html`${badge(test.result)} ${link} <span class="quiet">${words}</span>`;
}
