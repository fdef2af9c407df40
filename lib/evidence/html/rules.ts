import type { Finding, Resource, RuleResult } from '../model';
import { type Html, html } from './markup';
import { badge, fold, joined, list, moreWords, NOTHING, row, type Section, sourceLink, withoutStack } from './parts';
import { facetsOf, grouped, obligationsOfRule, type View } from './view';
import { counted, number, slug } from './words';

/**
 * Names of resources, and findings, that are written out below all rules together. What is beyond is cut, evenly, and
 * stands in evidence.json: it keeps the page of an app with thousands of resources below 2 MB.
 */
const NAMES = 6_500;
const FINDINGS = 1_000;
/** Findings below a rule within a promise, where the same rule stands several times. */
const FINDINGS_WITHIN = 5;

/** Each rule with why, how to fix, and every resource that it looked at. */
export function rulesSection(view: View): Section {
  const { rules } = view.report;
  const ran = rules.filter((rule) => rule.ran > 0).length;
  const names = shareOf(
    NAMES,
    rules.map((rule) => view.lookedAt.get(rule.id)?.length ?? 0),
  );
  const findings = shareOf(
    FINDINGS,
    rules.map((rule) => view.findings.get(rule.id)?.length ?? 0),
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

/** As many for each rule as fit when none has more than that. */
function shareOf(budget: number, counts: readonly number[]): number {
  const total = (share: number) => counts.reduce((sum, count) => sum + Math.min(count, share), 0);
  let share = Math.max(0, ...counts);
  while (share > FINDINGS_WITHIN && total(share) > budget) share = Math.floor(share * 0.9);
  return share;
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

/** What is broken, and what may stay. */
export function ruleFindings(view: View, { id }: RuleResult, most = FINDINGS_WITHIN): Html {
  const findings = view.findings.get(id) ?? [];
  const lines = findings.slice(0, most).map((finding) => findingLine(view, finding));
  const more = findings.length - most;
  if (more <= 0) return list(lines, 'findings');
  const words =
    most === FINDINGS_WITHIN ? html`<a href="#${slug('rule', id)}">${number(more)} more</a>` : moreWords(more);
  return html`${list(lines, 'findings')}<p class="quiet">${words}</p>`;
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
