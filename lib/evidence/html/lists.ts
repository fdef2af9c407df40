import type { Resource, TestResult } from '../model';
import { type Html, html } from './markup';
import { badge, fileLink, fold, moreWords, row, type Section, sourceLink, table, withoutStack } from './parts';
import { grouped, type View } from './view';
import { counted, number, slug } from './words';

/** Every file of tests, failed ones first. */
export function testsSection(view: View): Section {
  const { tests, controls } = view.report;
  const order: readonly TestResult['result'][] = ['fail', 'not-run', 'pass'];
  const sorted = tests.toSorted((a, b) => order.indexOf(a.result) - order.indexOf(b.result));
  const shown = grouped(
    controls.flatMap(({ id, tests: files }) => files.map((file) => ({ id, file }))),
    ({ file }) => file,
  );
  const passed = tests.reduce((sum, test) => sum + test.passed, 0);
  const failed = tests.reduce((sum, test) => sum + test.failed, 0);
  return {
    id: 'tests',
    title: 'Tests',
    body: html`<p>In ${counted(tests.length, 'file')}, ${counted(passed, 'test')} passed and ${number(failed)} failed in this run.${moreWords(sorted.length - view.limits.tests)}</p>
${table(
  'Files of tests',
  ['File', 'Result', 'Passed', 'Failed', 'Controls that they show'],
  sorted.slice(0, view.limits.tests).map((test) => ({
    attributes: row({ result: test.result === 'not-run' ? 'unproven' : test.result }),
    cells: [
      fileLink(view, test.file),
      test.result === 'not-run' ? badge('unproven', 'Not run') : badge(test.result),
      number(test.passed),
      number(test.failed),
      (shown.get(test.file) ?? []).map(({ id }) => id).join(', '),
    ],
  })),
)}`,
  };
}

/** Every resource, by stack. */
export function resourcesSection(view: View): Section {
  const { resources } = view.report;
  const stacks = [...grouped(resources.slice(0, view.limits.resources), ({ stack }) => stack)];
  return {
    id: 'resources',
    title: 'Resources',
    body: html`<p>${counted(resources.length, 'resource')} of the templates.${moreWords(resources.length - view.limits.resources)}</p>
${stacks.map(([stack, own]) => stackHtml(view, stack, own))}`,
  };
}

function stackHtml(view: View, stack: string, resources: readonly Resource[]): Html {
  const rows = resources.map((resource) => ({
    attributes: row({ result: view.resourceResults.get(resource.at) }),
    id: view.rowsOfResources.get(resource.at),
    cells: cells(view, resource),
  }));
  const summary = html`<span class="t">${stack} <span class="quiet">${counted(resources.length, 'resource')}</span></span>`;
  const columns = ['Resource', 'Type', 'Source', 'Rules', 'Result'];
  return fold(slug('stack', stack), summary, table(`Resources of ${stack}`, columns, rows, false), html`class="group"`);
}

function cells(view: View, { at, type, stack, source, rules }: Resource): (Html | string)[] {
  const result = view.resourceResults.get(at);
  return [
    withoutStack(at, stack),
    type.replace(/^AWS::/, ''),
    sourceLink(view, source),
    counted(rules.length, 'rule'),
    result === undefined ? html`<span class="quiet">no rule looks at it</span>` : badge(result),
  ];
}
