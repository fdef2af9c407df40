import { at, type CrossProblem, repeated, unknown } from './cross-problem';
import type { Register } from './schema';

type Obligation = Register['controls']['obligations'][number];

/** From the least to the most. */
const RANK: readonly Obligation['status'][] = ['not-applicable', 'planned', 'partly', 'built'];

/** What the note of an obligation has to say that its controls do not keep. */
const NOTE: Readonly<Record<Exclude<Obligation['status'], 'built'>, string>> = {
  partly: 'what is missing and whose it is',
  planned: 'what there will have to be',
  'not-applicable': 'why, and who must keep it instead',
};

/** What no schema of a single value can see of the law's obligations. */
export function obligations(register: Pick<Register, 'controls'>): CrossProblem[] {
  const { obligations: rows } = register.controls;
  const ids = rows.map(({ id }) => id);
  return [
    ...repeated('controls', ['obligations'], ids, 'id'),
    ...rows.flatMap((row, i) => [
      ...names(register, row, i),
      ...status(register, row, i),
      ...note(row, i),
      ...dates(row, i),
    ]),
  ];
}

/** Statements need no look-up: the schema knows their names, and all 22 have to be there. */
function names({ controls: { controls } }: Pick<Register, 'controls'>, row: Obligation, i: number): CrossProblem[] {
  const known = controls.map(({ id }) => id);
  const path = ['obligations', i];
  return [
    ...row.controls.flatMap((id, j) =>
      unknown('controls', [...path, 'controls', j], 'a control of this file', id, known),
    ),
    ...repeated('controls', [...path, 'controls'], row.controls),
    ...repeated('controls', [...path, 'statements'], row.statements),
  ];
}

/** An obligation is no better kept than its controls. To say less is fair, since people may owe the rest. */
function status({ controls: { controls } }: Pick<Register, 'controls'>, row: Obligation, i: number): CrossProblem[] {
  const most = earnedStatus(controls.filter(({ id }) => row.controls.includes(id)).map((control) => control.status));
  if (RANK.indexOf(row.status) <= RANK.indexOf(most)) return [];
  const message = `expected "${most}" or less, which is what its controls amount to, got "${row.status}"`;
  return [at('controls', ['obligations', i, 'status'], message)];
}

function earnedStatus(kept: readonly string[]): Obligation['status'] {
  if (kept.every((status) => status === 'planned')) return 'planned';
  return kept.every((status) => status === 'built') ? 'built' : 'partly';
}

function note(row: Obligation, i: number): CrossProblem[] {
  if (row.status === 'built' || row.note !== undefined) return [];
  return [at('controls', ['obligations', i], `expected a note that says ${NOTE[row.status]}, as it is ${row.status}`)];
}

/** Both are dates of the form 2027-05-13, which sort as text. */
function dates({ inForceFrom, inForceUntil }: Obligation, i: number): CrossProblem[] {
  if (inForceUntil === undefined || inForceUntil > inForceFrom) return [];
  const path = ['obligations', i, 'inForceUntil'];
  const against = ['obligations', i, 'inForceFrom'];
  return [at('controls', path, `expected a day after ${inForceFrom}, got ${inForceUntil}`, against)];
}
