import { copyFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { build } from 'esbuild';

/** Project root; the bench is started by `npm run bench`, which stands there. */
export const ROOT = resolve(__dirname, '../..');

/** Where the bench's own bundles go; git-ignored. */
export const OUT = join(ROOT, '.local/bench');

/** Programs that run in processes of their own. */
export type Program =
  | 's3-stub'
  | 'dynamodb-stub'
  | 'versions-stub'
  | 'cdk-client'
  | 'eraser-client'
  | 'recovery-client'
  | 'import-client'
  | 'resolver-client'
  | 'decision-client'
  | 'first-decision-client';

const SOURCES: Record<Program, string> = {
  's3-stub': 'bench/stubs/s3-stub.ts',
  'dynamodb-stub': 'bench/stubs/dynamodb-stub.ts',
  'versions-stub': 'bench/stubs/versions-stub.ts',
  'cdk-client': 'bench/clients/cdk-client.ts',
  'eraser-client': 'bench/clients/eraser-client.ts',
  'recovery-client': 'bench/clients/recovery-client.ts',
  'import-client': 'bench/clients/import-client.ts',
  'resolver-client': 'bench/clients/resolver-client.ts',
  'decision-client': 'bench/clients/decision-client.ts',
  'first-decision-client': 'bench/clients/first-decision-client.ts',
};

/** WebAssembly of Cedar, which is no code to esbuild. */
export const CEDAR_WASM = join(ROOT, 'node_modules/@cedar-policy/cedar-wasm/nodejs/cedar_wasm_bg.wasm');

export function pathOf(program: Program): string {
  return join(OUT, `${program}.cjs`);
}

/** Bundles the child programs, so that none of them spends its time on compiling TypeScript. */
export async function buildPrograms(): Promise<void> {
  await build({
    absWorkingDir: ROOT,
    entryPoints: Object.entries(SOURCES).map(([out, source]) => ({ out, in: source })),
    outdir: OUT,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    mainFields: ['module', 'main'],
    target: 'node20',
    logLevel: 'error',
  });
  // Cedar looks for it beside its own code.
  copyFileSync(CEDAR_WASM, join(OUT, basename(CEDAR_WASM)));
}
