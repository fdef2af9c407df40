import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { alarmSchema } from '../../lambda/termination/model';
import { alarmsOf, articleIn, articlesNamedIn, fullMonitoring } from '../lib/support/monitoring';

const FOLDER = 'docs/runbooks';
const ROOT = join(__dirname, '..', '..');
/** Its headings are the parts of one long article, which no alarm leads to. */
const PROCEDURE = 'restore.md';
const PARTS = ['What it means', 'How to look', 'What to do', 'When not to'];

const files = readdirSync(join(ROOT, FOLDER));
const template = fullMonitoring();

/** Text of each article by its address, e.g. `docs/runbooks/api.md#server-errors`. */
const articles: ReadonlyMap<string, string> = new Map(
  files
    .filter((file) => file !== PROCEDURE)
    .flatMap((file) =>
      text(file)
        .split(/^## /m)
        .slice(1)
        .map((article) => [`${FOLDER}/${file}#${anchorOf(article.split('\n')[0] ?? '')}`, article] as const),
    ),
);

function text(file: string): string {
  return readFileSync(join(ROOT, FOLDER, file), 'utf8');
}

/** As GitHub makes it from a heading. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\w\s-]/g, '')
    .replace(/\s/g, '-');
}

describe('runbooks', () => {
  it('have the article that each alarm names', () => {
    for (const [name, { AlarmDescription }] of Object.entries(alarmsOf(template))) {
      const article = articleIn(AlarmDescription);
      expect([name, article, articles.has(article ?? '')]).toEqual([name, article, true]);
    }
  });

  it('have no article that nothing leads to', () => {
    expect([...articles.keys()].sort()).toEqual([...articlesNamedIn(template)].sort());
  });

  it.each([...articles])('%s says what it means, how to look, what to do and when not to', (_, article) => {
    const parts = [...article.matchAll(/^\*\*(.+)\.\*\*/gm)].map(([, part]) => part);
    expect(parts).toEqual(PARTS);
  });

  it('say the same of restoring, which no alarm leads to', () => {
    const headings = [...text(PROCEDURE).matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
    expect(headings).toEqual(PARTS);
  });

  it('have a line for every code of a termination that asks for attention', () => {
    for (const code of alarmSchema.options) expect(text('termination.md')).toContain(`| \`${code}\` |`);
  });

  it('lead to articles that are there', () => {
    const links = files.flatMap((file) =>
      [...text(file).matchAll(/\]\(([\w-]*\.md)?#([\w-]+)\)/g)].map(
        ([, other, anchor]) => `${FOLDER}/${other ?? file}#${anchor}`,
      ),
    );
    expect(links.length).toBeGreaterThan(3);
    expect(links.filter((link) => !articles.has(link))).toEqual([]);
  });
});
