import { createHash } from 'node:crypto';
import { buildSync } from 'esbuild';

/** A script for a page, with all that it imports. Anything of Node in it fails the build. */
export function browserScript(entry: string): string {
  const { outputFiles } = buildSync({
    entryPoints: [entry],
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

/** Content security policy of a page that has this style and this script, loads nothing and may connect to nothing. */
export function policyOf({ style, script }: { readonly style: string; readonly script: string }): string {
  return [
    "default-src 'none'",
    `script-src '${hashOf(script)}'`,
    `style-src '${hashOf(style)}'`,
    "base-uri 'none'",
    "form-action 'none'",
    // Nothing that somebody typed or a file says can become HTML or code: the browser refuses it.
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
