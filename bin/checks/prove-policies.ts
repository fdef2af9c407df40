import { spawnSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LOCAL_DIR, ROOT } from '../local/paths';
import { installPythonPackages, MissingToolError } from '../local/python-packages';

const PROOF = join(__dirname, 'proof');

/**
 * Proves sentences about policies/transfers with Cedar's symbolic compiler and the solver cvc5 (proof/src/main.rs).
 * Needs Rust and Python, which nothing else here does, and compiles for some minutes: no part of `npm run check`.
 * Exit code 1 where a sentence is not proved.
 */
async function main(): Promise<number> {
  const packages = await installPythonPackages({ name: 'cvc5', what: 'the solver cvc5' }, console.error);
  const { status, error } = spawnSync(
    'cargo',
    [
      'run',
      '--quiet',
      '--locked',
      '--manifest-path',
      join(PROOF, 'Cargo.toml'),
      '--',
      join(ROOT, 'policies', 'transfers'),
    ],
    {
      stdio: 'inherit',
      env: { ...process.env, CARGO_TARGET_DIR: join(LOCAL_DIR, 'proof'), CVC5: solver(packages) },
    },
  );
  if (error !== undefined)
    throw new MissingToolError('Rust is needed for the proof, and there is no cargo: install it');
  return status ?? 1;
}

/** The solver as one program, which is what the prover starts. */
function solver(packages: string): string {
  const path = join(LOCAL_DIR, 'cvc5.sh');
  writeFileSync(path, `#!/bin/sh\nPYTHONPATH='${packages}' exec python3 '${join(PROOF, 'solver.py')}'\n`);
  chmodSync(path, 0o755);
  return path;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    if (!(error instanceof MissingToolError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  },
);
