import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { OUT, ROOT } from './build';

const TOOLS = join(OUT, 'ts-node');
/** ts-node cannot drive TypeScript 7, which has no compiler API; 5.9 is the last line that it was made for. */
const TS_NODE = ['ts-node@10.9.2', 'typescript@5.9.3'];

/** Folders with copies of the app, in which ts-node can run it. */
export interface Copies {
  /** As `cdk init` and the CDK's constructs have it: a NodejsFunction for each handler, and nothing remembered. */
  readonly init: string;
  /** Our own app. */
  readonly same: string;
}

/** Makes both copies, and installs ts-node from the registry. */
export function prepareCopies(): Copies {
  installTsNode();
  const init = copyOfApp('cdk-init');
  replace(init, 'lib/run.ts', /^.*RememberedValidation.*\n/gm, '');
  replace(init, 'lib/run.ts', 'App, Validations', 'App');
  const fn = 'lib/control-plane/compliance-function.ts';
  const construct = "import { NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';";
  replace(init, fn, /^import { bundleOf }.*$/m, construct);
  replace(init, fn, /Code, Function as LambdaFunction, |, Stack\b/g, '');
  replace(init, fn, 'extends LambdaFunction', 'extends NodejsFunction');
  replace(init, fn, /code: codeOf\(.*\n.*handler: .*/, NODEJS_FUNCTION);
  replace(init, fn, /\n\/\*\* The handler's bundle;[\s\S]*?\n}\n/, '');
  replace(init, fn, 'import { dirname, join }', 'import { join }');
  rmSync(join(init, 'lib/control-plane/handler-bundles.ts'));
  return { init, same: copyOfApp('same-app') };
}

function copyOfApp(name: string): string {
  const copy = join(OUT, name);
  rmSync(copy, { recursive: true, force: true });
  mkdirSync(copy, { recursive: true });
  for (const part of ['bin', 'lambda', 'lib', 'policies', 'package.json', 'package-lock.json', 'cdk.json'])
    cpSync(join(ROOT, part), join(copy, part), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  const tsconfig = JSON.parse(readFileSync(join(ROOT, 'tsconfig.json'), 'utf8'));
  writeFileSync(join(copy, 'tsconfig.json'), JSON.stringify({ ...tsconfig, include: ['bin/app.ts'] }));
  // TypeScript 5 takes a local variable of this name for the module's.
  replace(copy, 'lib/data/data-stack.ts', /(?<!['\w])exports(?!['\w])/g, 'exportFiles');
  return copy;
}

/**
 * Commands of cdk.json: what `cdk init` wrote for years (with npx, which would add to its time), and what it writes
 * since TypeScript 7.
 */
export const INIT_APPS = {
  tsNode: `${join(TOOLS, 'node_modules', '.bin', 'ts-node')} bin/app.ts`,
  tsc: 'npx tsc && npx tsx bin/app.ts',
};

/** Environment in which ts-node finds its compiler. */
export const TS_NODE_ENV = { TS_NODE_COMPILER: join(TOOLS, 'node_modules', 'typescript') };

/** The options of lib/control-plane/handler-bundles.ts in the construct's words. */
const NODEJS_FUNCTION = `entry: join(LAMBDA, props.entry),
      handler: 'handler',
      projectRoot: join(LAMBDA, '..'),
      depsLockFilePath: join(LAMBDA, '..', 'package-lock.json'),
      bundling: {
        format: OutputFormat.ESM,
        mainFields: ['module', 'main'],
        target: 'node20',
        minify: true,
        keepNames: true,
        sourceMap: true,
        sourcesContent: false,
        externalModules: [],
        banner: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);",
      },`;

/** Throws when the text is no longer there: a baseline that silently is our own would flatter nobody. */
function replace(copy: string, file: string, before: string | RegExp, after: string): void {
  const path = join(copy, file);
  const text = readFileSync(path, 'utf8');
  const changed = text.replace(before, after);
  if (changed === text) throw new Error(`bench/harness/cdk-init.ts: ${file} no longer contains ${before}`);
  writeFileSync(path, changed);
}

function installTsNode(): void {
  if (existsSync(TS_NODE_ENV.TS_NODE_COMPILER)) return;
  mkdirSync(TOOLS, { recursive: true });
  writeFileSync(join(TOOLS, 'package.json'), '{ "private": true }');
  const { status, stderr } = spawnSync('npm', ['install', '--no-audit', '--no-fund', '--save-exact', ...TS_NODE], {
    cwd: TOOLS,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`npm could not install ${TS_NODE.join(' and ')}:\n${stderr}`);
}
