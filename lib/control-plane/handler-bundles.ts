import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { type BuildOptions, buildSync, type Metafile, version } from 'esbuild';
import { POLICIES_FILE, PROCESSORS_FILE, REGISTER_FILE } from '../../lambda/shared/names';
import { bundledRegister } from '../../policies/register';
import type { Register } from '../../policies/schema';
import { loadPolicies } from '../../policies/transfers/load';

const PROJECT = join(__dirname, '..', '..');
/** Git-ignored. May be deleted at any time. */
const CACHE = join(PROJECT, '.local', 'bundles');
const SUFFIX = '.handler.ts';
/** What a source, or one that goes into the bundles as data, ends with. */
const SOURCE_SUFFIXES = ['.ts', '.cedar', '.cedarschema'];
/** Everything that esbuild may look at beside the packages' own files, which `INPUTS` watches. */
const SOURCES = ['lambda', 'policies', 'package.json', 'package-lock.json', 'tsconfig.json'];
/** What npm installed, as opposed to what the lock file asks for. */
const INSTALLED = join('node_modules', '.package-lock.json');
/** Bundles with this source carry the processors, and those with this one the policies of transfers. */
const READS_PROCESSORS = 'lambda/shared/processors.ts';
const READS_POLICIES = 'lambda/transfer/rules.ts';
/** Bundles with this source read the whole register. */
const READS_REGISTER = 'lambda/shared/register.ts';
const BUNDLE = 'index.mjs';
/** Cedar's loader, and the WebAssembly that it looks for beside itself. */
const CEDAR = 'node_modules/@cedar-policy/cedar-wasm/nodejs/cedar_wasm.js';
const CEDAR_WASM = 'node_modules/@cedar-policy/cedar-wasm/nodejs/cedar_wasm_bg.wasm';
/** Milliseconds after which a build may go; another process may still be copying a younger one. */
const KEPT_MS = 3_600_000;
/** Lists the files that went into the bundles, with a hash over their contents. */
const INPUTS = 'inputs.json';

/**
 * Where the SDK looks for credentials when the environment has none. A function's always has: without these a bundle
 * is a fourth smaller, and a function that lost its own credentials takes no other's.
 */
const OTHER_CREDENTIALS = [
  '@aws-sdk/credential-provider-http',
  '@aws-sdk/credential-provider-ini',
  '@aws-sdk/credential-provider-process',
  '@aws-sdk/credential-provider-sso',
  '@aws-sdk/credential-provider-web-identity',
  '@smithy/credential-provider-imds',
];

/** How every handler is bundled. */
export const BUNDLE_OPTIONS = {
  bundle: true,
  platform: 'node',
  format: 'esm',
  outExtension: { '.js': '.mjs' },
  mainFields: ['module', 'main'],
  // The same bundle runs in AWS and on the Node of a developer's computer.
  target: 'node20',
  minify: true,
  // Error names go into logs and reasons.
  keepNames: true,
  sourcemap: true,
  sourcesContent: false,
  // Some bundled packages are CommonJS and call `require`, or ask where they are, which a module does not have. The SDK
  // is bundled too: pinned and tested beats whatever the runtime ships that day.
  banner: {
    js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url),__dirname=import.meta.dirname;",
  },
  external: OTHER_CREDENTIALS,
  logLevel: 'error',
} as const satisfies BuildOptions;

/**
 * Folder with the bundle of a handler: `index.mjs`, its source map, and the register; for functions that decide about
 * transfers or speak to processors also the processors, the policies and Cedar, as far as their code reads them, and
 * with Cedar no map.
 *
 * All handlers are bundled by one run of esbuild, in a fourth of the time that a run for each would take, and
 * not again until one of their inputs changes: a source, a package, the register or the options.
 *
 * @param entry handler file below lambda/
 */
export function bundleOf(entry: string, register: Register): string {
  const data = {
    [REGISTER_FILE]: JSON.stringify(bundledRegister(register)),
    [PROCESSORS_FILE]: JSON.stringify(register.processors),
  };
  return join(bundlesWith(data), nameOf(entry));
}

/** What bundles carry beside code, by file. The policies are sources and loaded only for a build. */
type BundledData = Readonly<Record<typeof REGISTER_FILE | typeof PROCESSORS_FILE, string>>;

/** `erasure/planner` for `erasure/planner.handler.ts`. */
function nameOf(entry: string): string {
  return entry.slice(0, -SUFFIX.length);
}

/** Sources do not change while one app is synthesised. */
const found = new Map<string, string>();

function bundlesWith(data: BundledData): string {
  const dataJson = JSON.stringify(data);
  const known = found.get(dataJson);
  if (known !== undefined) return known;
  const files = [...SOURCES.flatMap(filesBelow), ...(existsSync(join(PROJECT, INSTALLED)) ? [INSTALLED] : [])];
  const key = createHash('sha256')
    .update(JSON.stringify([version, BUNDLE_OPTIONS, dataJson, files, hashOf(files)]))
    .digest('hex')
    .slice(0, 32);
  const target = join(CACHE, key);
  if (!isCurrent(target)) replace(target, data);
  found.set(dataJson, target);
  return target;
}

/** No file of a package was edited since the bundles were made. */
function isCurrent(target: string): boolean {
  try {
    const { files, hash } = JSON.parse(readFileSync(join(target, INPUTS), 'utf8')) as { files: string[]; hash: string };
    return hashOf(files) === hash;
  } catch {
    return false;
  }
}

/** Built beside and moved into place: half a build is never taken for a whole one. Builds of long ago go. */
function replace(target: string, data: BundledData): void {
  mkdirSync(CACHE, { recursive: true });
  const temporary = mkdtempSync(join(CACHE, 'building-'));
  try {
    buildInto(temporary, data);
    // Another process may have been faster, and its build is as good.
    if (isCurrent(target)) return;
    for (const other of readdirSync(CACHE).map((name) => join(CACHE, name)))
      if ((statSync(other, { throwIfNoEntry: false })?.mtimeMs ?? Infinity) < Date.now() - KEPT_MS)
        rmSync(other, { recursive: true, force: true });
    // One that is there is not current, or it would have been taken.
    rmSync(target, { recursive: true, force: true });
    renameSync(temporary, target);
  } catch (error) {
    if (!isCurrent(target)) throw error;
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

function buildInto(outdir: string, data: BundledData): void {
  const entries = filesBelow('lambda').filter((file) => file.endsWith(SUFFIX));
  const name = (file: string) => nameOf(file.slice('lambda/'.length));
  const { metafile } = buildSync({
    ...BUNDLE_OPTIONS,
    absWorkingDir: PROJECT,
    entryPoints: entries.map((file) => ({ in: file, out: `${name(file)}/index` })),
    outdir,
    metafile: true,
  });
  const policies = JSON.stringify(loadPolicies());
  for (const file of entries) addData(join(outdir, name(file)), sourcesOf(metafile, file), { ...data, policies });
  const files = [...Object.keys(metafile.inputs), CEDAR_WASM].sort();
  writeFileSync(join(outdir, INPUTS), JSON.stringify({ files, hash: hashOf(files) }));
}

/** Sources and files of packages that went into the bundle of a handler. */
function sourcesOf({ outputs }: Metafile, entry: string): Set<string> {
  const output = Object.values(outputs).find(({ entryPoint }) => entryPoint === entry);
  return new Set(Object.keys(output?.inputs ?? {}));
}

/** Puts beside a bundle what its code reads, and nothing that it does not: whatever changes there changes the function. */
function addData(
  folder: string,
  sources: ReadonlySet<string>,
  data: BundledData & { readonly policies: string },
): void {
  writeFileSync(join(folder, REGISTER_FILE), registerFor(sources, data[REGISTER_FILE]));
  if (sources.has(READS_PROCESSORS)) writeFileSync(join(folder, PROCESSORS_FILE), data[PROCESSORS_FILE]);
  if (sources.has(READS_POLICIES)) writeFileSync(join(folder, POLICIES_FILE), data.policies);
  if (![...sources].some((file) => file.endsWith(CEDAR))) return;
  copyFileSync(join(PROJECT, CEDAR_WASM), join(folder, basename(CEDAR_WASM)));
  // With Cedar the package is large already, and the map would be a seventh more. A build of the same commit has it.
  rmSync(join(folder, `${BUNDLE}.map`));
}

/** Functions that read no more of the register than the words of transfers carry no more. */
function registerFor(sources: ReadonlySet<string>, registerJson: string): string {
  if (sources.has(READS_REGISTER) || !sources.has(READS_POLICIES)) return registerJson;
  const { transfers } = JSON.parse(registerJson) as Pick<Register, 'transfers'>;
  return JSON.stringify({ transfers });
}

/** Files below a folder of the project, or the file of that name, as paths with forward slashes. */
function filesBelow(path: string): string[] {
  if (path.includes('.')) return [path];
  return readdirSync(join(PROJECT, path), { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile() && SOURCE_SUFFIXES.some((suffix) => file.name.endsWith(suffix)))
    .map((file) =>
      join(file.parentPath, file.name)
        .slice(PROJECT.length + 1)
        .replaceAll('\\', '/'),
    )
    .sort();
}

function hashOf(files: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of files) {
    const content = readFileSync(join(PROJECT, file));
    // With its length, so that no byte can move from one file to the next.
    hash.update(`${content.length}\n`).update(content);
  }
  return hash.digest('hex');
}
