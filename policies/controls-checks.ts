import { at, type CrossProblem, repeated, unknown } from './cross-problem';
import { obligations } from './obligation-checks';
import type { Register } from './schema';

/** What no schema of a single value can see of the controls. */
export function controls(register: Pick<Register, 'controls'>): CrossProblem[] {
  return [...controlList(register), ...statements(register), ...obligations(register)];
}

function controlList({
  controls: { controls: list, statements: promises, obligations: duties },
}: Pick<Register, 'controls'>): CrossProblem[] {
  const named = new Set([...promises, ...duties].flatMap((row) => row.controls));
  return [
    ...repeated(
      'controls',
      ['controls'],
      list.map((control) => control.id),
      'id',
    ),
    ...list.flatMap((control, i) => {
      const problems = (['keptBy', 'rules', 'tests'] as const).flatMap((list) =>
        repeated('controls', ['controls', i, list], control[list]),
      );
      const watching = (control.watchedBy ?? []).map(({ rule }) => rule);
      problems.push(...repeated('controls', ['controls', i, 'watchedBy'], watching, 'rule'));
      if (control.status !== 'planned' && control.keptBy.length === 0)
        problems.push(
          at('controls', ['controls', i, 'keptBy'], `expected the files that keep it, as it is ${control.status}`),
        );
      if (control.status === 'built' && control.rules.length + control.tests.length === 0)
        problems.push(at('controls', ['controls', i], 'expected rules or tests that show it, as it is built'));
      if (!named.has(control.id))
        problems.push(
          at('controls', ['controls', i, 'id'], `expected a statement or an obligation that names "${control.id}"`),
        );
      return problems;
    }),
  ];
}

function statements({ controls: { controls: list, statements: rows } }: Pick<Register, 'controls'>): CrossProblem[] {
  const wanted = Array.from({ length: 22 }, (_, i) => `P${i + 1}`);
  const order = rows.flatMap((row, i) =>
    row.id === wanted[i] ? [] : [at('controls', ['statements', i, 'id'], `expected ${wanted[i]}, got "${row.id}"`)],
  );
  const known = list.map((control) => control.id);
  const details = rows.flatMap((row, i) => {
    const path = ['statements', i];
    const problems = row.controls.flatMap((id, j) =>
      unknown('controls', [...path, 'controls', j], 'a control of this file', id, known),
    );
    const kept = list.filter((control) => row.controls.includes(control.id)).map((control) => control.status);
    const earned = earnedStatus(kept);
    // Less than earned is fair where the rest is the work of others, which the note must say.
    const modest = earned === 'built' && row.status === 'partly' && row.note !== undefined;
    if (row.status !== earned && !modest)
      problems.push(
        at(
          'controls',
          [...path, 'status'],
          `expected "${earned}", which is what its controls amount to, got "${row.status}"`,
        ),
      );
    if (row.status === 'not-ours' && row.note === undefined)
      problems.push(at('controls', path, 'expected a note that says whose it is'));
    return [...problems, ...repeated('controls', [...path, 'controls'], row.controls)];
  });
  return [...order, ...details];
}

/** A promise is no better kept than its controls. */
function earnedStatus(kept: readonly string[]): Register['controls']['statements'][number]['status'] {
  if (kept.length === 0) return 'not-ours';
  if (kept.every((status) => status === 'built')) return 'built';
  return kept.every((status) => status === 'planned') ? 'planned' : 'partly';
}
