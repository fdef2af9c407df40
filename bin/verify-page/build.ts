import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { browserScript, policyOf } from '../../lib/evidence/html/browser-code';

/** Where the page is kept, for whoever needs it without this project. */
export const PAGE_FILE = join(__dirname, '../../docs/verify/verify.html');

/** The page that checks certificates in a browser: one file, which loads nothing and may connect to nothing. */
export function buildPage(): string {
  const style = readFileSync(join(__dirname, 'page.css'), 'utf8');
  const script = browserScript(join(__dirname, 'page.ts'));
  return [
    ['content="policy"', `content="${policyOf({ style, script })}"`],
    ['/* style */', style],
    ['/* script */', script],
  ].reduce(replaced, readFileSync(join(__dirname, 'page.html'), 'utf8'));
}

function replaced(html: string, [placeholder = '', text = '']: readonly string[]): string {
  if (!html.includes(placeholder)) throw new Error(`page.html has no ${placeholder}`);
  return html.replace(placeholder, () => text);
}
