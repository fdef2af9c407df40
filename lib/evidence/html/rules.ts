import type { Finding, Resource, RuleResult } from '../model';
import { shareOf } from './limits';
import { type Html, html } from './markup';
import { badge, fold, joined, list, moreWords, NOTHING, row, type Section, sourceLink, withoutStack } from './parts';
import { facetsOf, grouped, obligationsOfRule, type View } from './view';
import { counted, number, slug } from './words';

/** Each rule with why, how to fix, and every resource that it looked at. */
export function rulesSection(view: View): Section {
  const { rules } = view.report;
  const ran = rules.filter((rule) => rule.ran > 0).length;
  const names = shareOf(
    view.limits.names,
    rules.map((rule) => view.lookedAt.get(rule.id)?.length ?? 0),
    10,
  );
  const findings = shareOf(
    view.limits.findings,
    rules.map((rule) => view.findings.get(rule.id)?.length ?? 0),
    view.limits.findingsWithin,
  );
  return {
    id: 'rules',
    title: 'Rules',
    body: html`<p>${number(ran)} of ${counted(rules.length, 'rule')} looked at a resource. Where none did, the rule shows nothing.</p>
${rules.map((rule) => ruleHtml(view, rule, { names, findings }))}`,
  };
}

/** Names and findings for each rule. */
interface Share {
  readonly names: number;
  readonly findings: number;
}

function ruleHtml(view: View, rule: RuleResult, share: Share): Html {
  const { id, title, why, fix, severity, serves, result } = rule;
  const controls = view.controlsOfRule.get(id) ?? [];
  const promises = [...new Set(controls.flatMap((control) => view.promisesOfControl.get(control) ?? []))];
  const summary = html`<span class="t"><code>${id}</code> ${title} <span class="quiet">${ranWords(rule)}</span></span>${badge(result)}`;
  const content = html`<p>${why}</p><p><b>To fix:</b> ${fix} <span class="quiet">Severity: ${severity}.</span></p>
${serves.length === 0 ? NOTHING : html`<p>Serves ${serves.join('; ')}.</p>`}
${
  promises.length === 0
    ? NOTHING
    : html`<p>Shows ${joined(
        promises.map((promise) => html`<a href="#${promise}">${promise}</a>`),
        ', ',
      )}, by ${controls.join(', ')}.</p>`
}
${ruleFindings(view, rule, share.findings)}
${lookedAtHtml(view, rule, share.names)}`;
  return fold(
    slug('rule', id),
    summary,
    content,
    html`class="rule" ${row(facetsOf(result, obligationsOfRule(view, id)))}`,
  );
}

/** `Ran on 12 resources: 1 breaks it, 2 are acknowledged.` */
export function ranWords({ ran, broken, acknowledged }: RuleResult): string {
  if (ran === 0) return 'Ran on no resource.';
  const parts = [
    ...(broken > 0 ? [`${number(broken)} broken`] : []),
    ...(acknowledged > 0 ? [`${number(acknowledged)} acknowledged`] : []),
  ];
  return `Ran on ${counted(ran, 'resource')}${parts.length === 0 ? '' : `: ${parts.join(', ')}`}.`;
}

/** What is broken, and what may stay. @param most left out: it stands within a promise, and leads to the rest */
export function ruleFindings(view: View, { id }: RuleResult, most?: number): Html {
  const findings = view.findings.get(id) ?? [];
  const shown = most ?? view.limits.findingsWithin;
  const lines = list(
    findings.slice(0, shown).map((finding) => findingLine(view, finding)),
    'findings',
  );
  const more = findings.length - shown;
  if (more <= 0) return lines;
  const words = most === undefined ? html`<a href="#${slug('rule', id)}">${number(more)} more</a>` : moreWords(more);
  return html`${lines}<p class="quiet">${words}</p>`;
}

function findingLine(view: View, { at, detail, result, source, acknowledgement }: Finding): Html {
  const what = detail === null ? NOTHING : html` <code>${detail}</code>`;
  const why = acknowledgement === null ? NOTHING : html` <a href="#ack-${acknowledgement}">why it may stay</a>`;
  return html`${badge(result)} ${at}${what} ${sourceLink(view, source)}${why}`;
}

/** Each leads to its row, which has the line that made it; the script shows that line here too. */
function lookedAtHtml(view: View, { id }: RuleResult, most: number): Html {
  const all = view.lookedAt.get(id) ?? [];
  if (all.length === 0) return NOTHING;
  const stacks = [...grouped(all.slice(0, most), ({ stack }) => stack)].map(
    ([stack, resources]) =>
      html`<h4>Looked at in ${stack}</h4>${list(
        resources.map((resource) => nameOf(view, resource)),
        'names',
      )}`,
  );
  return html`<div class="looked">${stacks}${all.length > most ? html`<p class="quiet">${moreWords(all.length - most)}</p>` : NOTHING}</div>`;
}

function nameOf(view: View, { at, stack }: Resource): Html {
  const name = withoutStack(at, stack);
  const target = view.rowsOfResources.get(at);
  return target === undefined ? html`${name}` : html`<a href="#${target}">${name}</a>`;
}
