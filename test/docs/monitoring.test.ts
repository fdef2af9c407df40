import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { alarmsOf, articleIn, articlesNamedIn, fullMonitoring } from '../lib/support/monitoring';

const guide = readFileSync(join(__dirname, '..', '..', 'docs', 'monitoring.md'), 'utf8');
const template = fullMonitoring();

/** Rows of the table: the alarm's name without its dots, and the article that it leads to. */
const rows = [...guide.matchAll(/^\| (?:rule )?`([^`]+)` \|.*\]\(runbooks\/([^)]+)\) \|$/gm)].map(
  ([, name = '', article = '']) => ({ name: name.replace(/\//g, ''), article: `docs/runbooks/${article}` }),
);

it('the guide has a row for every article, and for no other', () => {
  expect(rows.map(({ article }) => article).sort()).toEqual([...articlesNamedIn(template)].sort());
});

it('the guide has every alarm with its article', () => {
  for (const [id, { AlarmDescription }] of Object.entries(alarmsOf(template))) {
    const name = id.replace(/^Functions.*(Errors|Throttles)$/, 'Functions…$1').replace(/Alarm$/, '');
    expect(rows).toContainEqual({ name, article: articleIn(AlarmDescription) });
  }
});
