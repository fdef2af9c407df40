import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { transformSync } from 'esbuild';
import { browserScript, policyOf } from './browser-code';

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
  const script = browserScript(join(__dirname, 'client', 'main.ts'));
  return { style, script, policy: policyOf({ style, script }) };
}

/** Later files win over earlier ones. */
const STYLES = ['base', 'results', 'head', 'form', 'table', 'rows', 'figures', 'phone', 'modes', 'print'];

function styled(): string {
  const css = STYLES.map((name) => readFileSync(join(__dirname, 'style', `${name}.css`), 'utf8')).join('');
  return transformSync(css, { loader: 'css', minify: true, charset: 'utf8' }).code.trimEnd();
}
