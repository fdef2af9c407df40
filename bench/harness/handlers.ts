import { copyFileSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { build } from 'esbuild';
import type { Keepers, Store } from '../../lambda/shared/inventory';
import { ENV, NODE_ARGUMENTS, POLICIES_FILE, PROCESSORS_FILE, REGISTER_FILE } from '../../lambda/shared/names';
import { BUNDLE_OPTIONS } from '../../lib/control-plane/handler-bundles';
import { loadRegister } from '../../policies/load';
import { bundledRegister } from '../../policies/register';
import { loadPolicies } from '../../policies/transfers/load';
import { CEDAR_WASM, OUT, ROOT } from './build';

/** A function's handler in both forms. */
export interface BuiltHandler {
  readonly name: string;
  /** One ESM file with everything in it, built as lib/control-plane/handler-bundles.ts has it built. */
  readonly bundle: string;
  readonly bundleBytes: number;
  /** The same sources as CommonJS, file by file, with packages from node_modules. */
  readonly unbundled: string;
}

const BUNDLES = join(OUT, 'bundles');
const UNBUNDLED = join(OUT, 'unbundled');
const SUFFIX = '.handler.ts';

const FILES: Store = {
  id: 'customer-files',
  kind: 's3',
  name: 'files',
  region: 'ap-south-1',
  dataRole: 'tenant',
  dataClass: 'customer-files',
  shards: 16,
  objectLock: true,
  subjectErasure: 'own',
  recovery: 'restorable',
  documents: null,
};
const KEPT = { ...FILES, keyArn: 'key' };
const KEEPERS: Keepers = {
  vaultBucket: { ...KEPT, kind: 's3' },
  vaultTable: { ...KEPT, kind: 'dynamodb' },
  books: { ...KEPT, kind: 's3', lockMode: 'GOVERNANCE' },
};

/** Environment in which every handler starts: names that nothing is called by. */
export const HANDLER_ENV: Record<string, string> = {
  LAMBDA_TASK_ROOT: BUNDLES,
  // As in the functions: reading source maps is part of their start.
  NODE_OPTIONS: NODE_ARGUMENTS.join(' '),
  ...Object.fromEntries(
    Object.values(ENV)
      // Only the local stage's functions have a clock that can be moved.
      .filter((name) => name !== ENV.clockFile)
      .map((name) => [name, name.toLowerCase()]),
  ),
  [ENV.stage]: 'prod',
  [ENV.inventory]: JSON.stringify([FILES]),
  [ENV.keepers]: JSON.stringify(KEEPERS),
  [ENV.stepBudgetSeconds]: '240',
  [ENV.maxReceives]: '5',
  [ENV.userPoolId]: 'ap-south-1_Bench0000',
  [ENV.clientNames]: JSON.stringify({ client: 'crm' }),
  [ENV.jwksUri]: 'http://127.0.0.1:9/jwks.json',
};

/** Builds every handler below lambda/ in both forms. */
export async function buildHandlers(): Promise<BuiltHandler[]> {
  const sources = ['lambda', 'policies'].flatMap((folder) => typescriptBelow(folder));
  const handlers = sources.filter((path) => path.endsWith(SUFFIX));
  await build({
    absWorkingDir: ROOT,
    entryPoints: handlers,
    outdir: BUNDLES,
    outbase: ROOT,
    ...BUNDLE_OPTIONS,
  });
  await build({
    absWorkingDir: ROOT,
    entryPoints: sources,
    outdir: UNBUNDLED,
    outbase: ROOT,
    outExtension: { '.js': '.js' },
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    logLevel: 'error',
  });
  mkdirSync(BUNDLES, { recursive: true });
  const register = loadRegister();
  writeFileSync(join(BUNDLES, REGISTER_FILE), JSON.stringify(bundledRegister(register)));
  writeFileSync(join(BUNDLES, PROCESSORS_FILE), JSON.stringify(register.processors));
  writeFileSync(join(BUNDLES, POLICIES_FILE), JSON.stringify(loadPolicies()));
  for (const folder of new Set(handlers.map((source) => dirname(join(BUNDLES, source)))))
    copyFileSync(CEDAR_WASM, join(folder, basename(CEDAR_WASM)));
  return handlers.map((source) => {
    const path = source.slice(0, -'.ts'.length);
    const bundle = join(BUNDLES, `${path}.mjs`);
    return {
      name: source.slice('lambda/'.length, -SUFFIX.length),
      bundle,
      bundleBytes: statSync(bundle).size,
      unbundled: join(UNBUNDLED, `${path}.js`),
    };
  });
}

/** TypeScript files below a folder of the project, relative to the project. */
function typescriptBelow(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts'))
    .map((path) => join(folder, path))
    .sort();
}
