import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { ROOT } from '../local/paths';

/** Brought along; whoever uses the pack has one each of the others already. */
const BROUGHT = ['yaml', 'zod'];
const EXPECTED = ['aws-cdk-lib', 'cdk-nag', 'constructs'];

const packageSchema = z.object({
  name: z.string(),
  version: z.string(),
  license: z.string(),
  dependencies: z.record(z.string(), z.string()),
});

/**
 * Builds the package by which other teams' CDK apps use the rule pack: compiled, with types, the pack's facts and no more.
 *
 * @param folder where the package's files go; what is there is removed
 */
export function buildChecksPackage(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'policies'), { recursive: true });
  execFileSync(join(ROOT, 'node_modules', '.bin', 'tsc'), [
    '-p',
    join(ROOT, 'tsconfig.checks.json'),
    '--outDir',
    folder,
  ]);
  copyFileSync(join(ROOT, 'policies', 'pack.yaml'), join(folder, 'policies', 'pack.yaml'));
  copyFileSync(join(ROOT, 'docs', 'checks.md'), join(folder, 'README.md'));
  copyFileSync(join(ROOT, 'LICENSE'), join(folder, 'LICENSE'));
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest(), null, 2)}\n`);
}

function manifest(): object {
  const { name, version, license, dependencies } = packageSchema.parse(
    JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')),
  );
  const versions = (names: readonly string[], range: string) =>
    Object.fromEntries(names.map((one) => [one, `${range}${dependencies[one]}`]));
  return {
    name,
    version,
    license,
    description: "Rules for India's DPDP Act and Rules, as a pack of cdk-nag",
    exports: { './checks': { types: './lib/checks/index.d.ts', default: './lib/checks/index.js' } },
    dependencies: versions(BROUGHT, '^'),
    peerDependencies: versions(EXPECTED, '^'),
  };
}
