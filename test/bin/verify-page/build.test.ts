import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { buildPage, PAGE_FILE } from '../../../bin/verify-page/build';

const page = readFileSync(PAGE_FILE, 'utf8');
const between = (start: string, end: string) => page.slice(page.indexOf(start) + start.length, page.lastIndexOf(end));
const hashOf = (text: string) => `sha256-${createHash('sha256').update(text).digest('base64')}`;

describe('docs/verify/verify.html', () => {
  it('is what its sources make: if not, run npm run verify:page', () => {
    expect(page === buildPage()).toBe(true);
  });

  it('allows its own script and style, and nothing else', () => {
    const script = hashOf(between('<script>', '</script>'));
    const style = hashOf(between('<style>', '</style>'));
    expect(page).toContain(
      `content="default-src 'none'; script-src '${script}'; style-src '${style}'; base-uri 'none'`,
    );
  });

  it('names no other file', () => {
    const markup = page.replace(/<(script|style)>[\s\S]*<\/\1>/g, '');
    expect(markup).not.toMatch(/\s(src|href|action|srcset)=|url\(|@import/);
  });
});
