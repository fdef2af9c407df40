import { at, type CrossProblem } from '../../policies/cross-problem';
import type { Register } from '../../policies/schema';

/**
 * Evidence that the register names and that is not there: a file that keeps a control, a test that shows it, or a rule of no
 * pack. `linesOf` of policies/load.ts gives each its file and line.
 *
 * @param rules full ids of all rules
 * @param exists whether a file or folder is there, by its path in the repository
 */
export function danglingEvidence(
  { controls: { controls } }: Pick<Register, 'controls'>,
  rules: ReadonlySet<string>,
  exists: (path: string) => boolean,
): CrossProblem[] {
  const isThere = { keptBy: exists, tests: exists, rules: (id: string) => rules.has(id) };
  const what = {
    keptBy: 'a file or folder of this repository',
    tests: 'a file of tests of this repository',
    rules: 'a rule of the packs',
  };
  return controls.flatMap((control, i) =>
    (['keptBy', 'rules', 'tests'] as const).flatMap((list) =>
      control[list].flatMap((name, j) =>
        isThere[list](name) ? [] : [at('controls', ['controls', i, list, j], `expected ${what[list]}, got "${name}"`)],
      ),
    ),
  );
}
