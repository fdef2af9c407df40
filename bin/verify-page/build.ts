import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

/** Where the page is kept, for whoever needs it without this project. */
export const PAGE_FILE = join(__dirname, '../../docs/verify/verify.html');

/** The page that checks certificates in a browser: one file, which loads nothing and may connect to nothing. */
export function buildPage(): string {
  const style = readFileSync(join(__dirname, 'page.css'), 'utf8');
  const script = bundled();
  const policy = [
    "default-src 'none'",
    `script-src '${hashOf(script)}'`,
    `style-src '${hashOf(style)}'`,
    "base-uri 'none'",
    "form-action 'none'",
    // Nothing that a file says can become HTML or code: the browser refuses it.
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
  return [
    ['content="policy"', `content="${policy}"`],
    ['/* style */', style],
    ['/* script */', script],
  ].reduce(replaced, readFileSync(join(__dirname, 'page.html'), 'utf8'));
}

function replaced(html: string, [placeholder = '', text = '']: readonly string[]): string {
  if (!html.includes(placeholder)) throw new Error(`page.html has no ${placeholder}`);
  return html.replace(placeholder, () => text);
}

/** Anything of Node in it fails the build. */
function bundled(): string {
  const { outputFiles } = buildSync({
    entryPoints: [join(__dirname, 'page.ts')],
    bundle: true,
    write: false,
    platform: 'browser',
    format: 'iife',
    target: 'es2022',
    minify: true,
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'error',
  });
  return outputFiles.map(({ text }) => text.trimEnd()).join('');
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
