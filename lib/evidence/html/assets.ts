import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync, transformSync } from 'esbuild';

/** Style and script of the page, and the policy that allows these two and nothing else. */
export interface Assets {
  readonly style: string;
  readonly script: string;
  readonly policy: string;
}

let made: Assets | undefined;

/** The same every time; made once. */
export function pageAssets(): Assets {
  made ??= make();
  return made;
}

function make(): Assets {
  const style = styled();
  const script = bundled();
  const policy = [
    "default-src 'none'",
    `script-src '${hashOf(script)}'`,
    `style-src '${hashOf(style)}'`,
    "base-uri 'none'",
    "form-action 'none'",
    // Nothing that a search says can become HTML or code: the browser refuses it.
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
  return { style, script, policy };
}

/** Later files win over earlier ones. */
const STYLES = ['base', 'results', 'head', 'form', 'table', 'rows', 'figures', 'phone', 'modes', 'print'];

function styled(): string {
  const css = STYLES.map((name) => readFileSync(join(__dirname, 'style', `${name}.css`), 'utf8')).join('');
  return transformSync(css, { loader: 'css', minify: true, charset: 'utf8' }).code.trimEnd();
}

/** Anything of Node in it fails the build. */
function bundled(): string {
  const { outputFiles } = buildSync({
    entryPoints: [join(__dirname, 'client', 'main.ts')],
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
